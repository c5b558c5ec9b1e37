import Synchronization
package import TwinProtocol

/// One property of a device as DeviceTwin keeps it.
package struct TwinProperty: Sendable, Hashable {
  /// What reports don't change.
  private struct Rest: Sendable, Hashable {
    var type: String
    var optional: Bool
    var isDeclared: Bool
    var minimum: String?
    var maximum: String?
    var isWritable: Bool
    var expected: TwinValue?
    var expectedMetadata: [String: String] = [:]
    var written: WrittenMark?
    var awaitsReadBack = false
    var expectedVersion = TwinVersion()
  }

  private struct Fields: Sendable, Hashable {
    /// One element.
    var rest: [Rest]
    var actual: TwinValue?
    var actualVersion = TwinVersion()
  }

  /// One element. Twins are copied whole: what is committed, what watchers were shown, what they may ask for again. So copies share
  /// the properties that didn't change, and of one that did what reports don't change.
  private var fields: [Fields]

  /// Nearly all properties are as those of other devices of their model, in everything but what was reported; there may be a
  /// hundred thousand of them.
  private static let latest = Mutex<[Rest]>([])

  /// The value's type as messages name it: `string`, `int`, `float`, `double`, `boolean`, `bytes`.
  package var type: String {
    get { fields[0].rest[0].type }
    set { if type != newValue { fields[0].rest[0].type = newValue } }
  }
  /// Whether a client may delete the property.
  package var optional: Bool {
    get { fields[0].rest[0].optional }
    set { if optional != newValue { fields[0].rest[0].optional = newValue } }
  }
  /// Whether the Device's model names the property; else a client added it.
  package var isDeclared: Bool {
    get { fields[0].rest[0].isDeclared }
    set { if isDeclared != newValue { fields[0].rest[0].isDeclared = newValue } }
  }
  /// The model's lower limit, as its author wrote it.
  package var minimum: String? {
    get { fields[0].rest[0].minimum }
    set { if minimum != newValue { fields[0].rest[0].minimum = newValue } }
  }
  /// The model's upper limit, as its author wrote it.
  package var maximum: String? {
    get { fields[0].rest[0].maximum }
    set { if maximum != newValue { fields[0].rest[0].maximum = newValue } }
  }
  /// Whether the model lets the property be written.
  package var isWritable: Bool {
    get { fields[0].rest[0].isWritable }
    set { if isWritable != newValue { fields[0].rest[0].isWritable = newValue } }
  }
  /// The desired value; its timestamp identifies it.
  package var expected: TwinValue? {
    get { fields[0].rest[0].expected }
    set { if expected != newValue { fields[0].rest[0].expected = newValue } }
  }
  /// What else the desired value's author wrote beside it.
  package var expectedMetadata: [String: String] {
    get { fields[0].rest[0].expectedMetadata }
    set { if expectedMetadata != newValue { fields[0].rest[0].expectedMetadata = newValue } }
  }
  /// What became of the desired value at the device.
  package var written: WrittenMark? {
    get { fields[0].rest[0].written }
    set { if written != newValue { fields[0].rest[0].written = newValue } }
  }
  /// Whether the desired value was written, and nothing was read since.
  package var awaitsReadBack: Bool {
    get { fields[0].rest[0].awaitsReadBack }
    set { if awaitsReadBack != newValue { fields[0].rest[0].awaitsReadBack = newValue } }
  }
  /// How often the desired value was changed, here and in the cloud.
  package var expectedVersion: TwinVersion {
    get { fields[0].rest[0].expectedVersion }
    set { if expectedVersion != newValue { fields[0].rest[0].expectedVersion = newValue } }
  }
  /// The reported value.
  package var actual: TwinValue? {
    get { fields[0].actual }
    set { fields[0].actual = newValue }
  }
  /// How often the reported value was changed, here and in the cloud.
  package var actualVersion: TwinVersion {
    get { fields[0].actualVersion }
    set { fields[0].actualVersion = newValue }
  }

  package init(
    type: String, optional: Bool, isDeclared: Bool = false, minimum: String? = nil, maximum: String? = nil, isWritable: Bool = true
  ) {
    let rest = [
      Rest(type: type, optional: optional, isDeclared: isDeclared, minimum: minimum, maximum: maximum, isWritable: isWritable)
    ]
    let shared = Self.latest.withLock { latest in
      if latest != rest { latest = rest }
      return latest
    }
    fields = [Fields(rest: shared)]
  }

  /// The desired value, unless it is empty, which wishes nothing.
  package var wish: TwinValue? { expected.flatMap { $0.value.isEmpty ? nil : $0 } }

  /// Whether the desired value was written, whatever the device has since.
  var isWritten: Bool { written.map { $0.error == nil && $0.timestamp == expected?.timestamp } ?? false }

  /// Why the desired value can't be had: it was accepted before its model said what may be.
  package var wishProblem: String? {
    guard let wish else { return nil }
    if !isWritable { return "the property is read-only" }
    return TwinValueRules.problem(inValue: wish.value, of: self)
  }

  /// The whole property as messages show it.
  package var twin: Twin {
    Twin(expected: wish, actual: actual, optional: optional, type: type, written: written)
  }
}

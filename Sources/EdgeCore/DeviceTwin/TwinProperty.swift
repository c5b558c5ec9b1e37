package import TwinProtocol

/// One property of a device as DeviceTwin keeps it.
package struct TwinProperty: Sendable, Hashable {
  /// The value's type as messages name it: `string`, `int`, `float`, `double`, `boolean`, `bytes`.
  package var type: String
  /// Whether a client may delete the property.
  package var optional: Bool
  /// Whether the Device's model names the property; else a client added it.
  package var isDeclared: Bool
  /// The model's limits, as its author wrote them.
  package var minimum: String?
  package var maximum: String?
  /// Whether the model lets the property be written.
  package var isWritable: Bool
  /// The desired value; its timestamp identifies it.
  package var expected: TwinValue?
  /// What else the desired value's author wrote beside it.
  package var expectedMetadata: [String: String]
  /// The reported value.
  package var actual: TwinValue?
  /// What became of the desired value at the device.
  package var written: WrittenMark?
  /// Whether the desired value was written, and nothing was read since.
  package var awaitsReadBack = false
  /// How often the desired and the reported value were changed, here and in the cloud.
  package var expectedVersion = TwinVersion()
  package var actualVersion = TwinVersion()

  package init(
    type: String, optional: Bool, isDeclared: Bool = false, minimum: String? = nil, maximum: String? = nil, isWritable: Bool = true
  ) {
    self.type = type
    self.optional = optional
    self.isDeclared = isDeclared
    self.minimum = minimum
    self.maximum = maximum
    self.isWritable = isWritable
    expectedMetadata = [:]
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

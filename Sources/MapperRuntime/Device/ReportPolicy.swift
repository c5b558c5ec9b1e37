package import JSON
package import MapperSDK

/// When a reading of a property is reported: the member `report` of a visitor's configuration, or, for all properties of a
/// device, of its protocol's.
///
/// ```yaml
/// visitors:
///   protocolName: modbus
///   configData:
///     register: HoldingRegister
///     offset: 0
///     limit: 1
///     report: {when: change, deadband: 0.5, heartbeat: 60000}
/// ```
package struct ReportPolicy: Sendable, Hashable {
  /// Whether values that are not news are left out.
  package var isOnChange = false
  /// How much a number has to differ from the one reported last, in the property's unit.
  package var deadband: Double?
  /// How much a number has to differ from the one reported last, in percent of that.
  package var deadbandPercent: Double?
  /// After how long a value is reported though it isn't news, in milliseconds.
  package var heartbeat: Int64?
  /// Whether each report goes to `$ke/events/device/…/data/update` too.
  package var isData = false
  /// Whether no report may be replaced by a newer one on its way to edgecore.
  package var isEvery = false

  /// Every sample.
  package init() {}

  /// The member's name in `configData`.
  package static let key = "report"
  /// The heartbeat of values that are reported when they change, unless another is given, in milliseconds.
  package static let defaultHeartbeat: Int64 = 60_000

  /// Reads a policy over a device's own.
  ///
  /// - Parameters:
  ///   - value: The member `report`.
  ///   - base: What holds where it says nothing.
  ///   - type: The property's type, if it is known: a deadband needs a number.
  ///   - path: Where the member stands.
  package init(_ value: JSONValue?, over base: ReportPolicy = ReportPolicy(), type: ValueType?, path: String, issues: inout [SchemaIssue]) {
    self = base
    if let type, !type.isNumeric {
      deadband = nil
      deadbandPercent = nil
    }
    guard let value, !value.isNull else { return }
    issues += Self.schema.checkVisitor(value, path: path)
    guard let object = value.object else { return }
    if let word = object["when"]?.string { isOnChange = word == "change" }
    if let flag = object["data"]?.bool { isData = flag }
    if let word = object["delivery"]?.string { isEvery = word == "every" }
    if let number = object["deadband"]?.number?.double { deadband = number }
    if let number = object["deadbandPercent"]?.number?.double { deadbandPercent = number }
    if let milliseconds = object["heartbeat"]?.integer { heartbeat = milliseconds == 0 ? nil : milliseconds }
    if object["deadband"] != nil || object["deadbandPercent"] != nil {
      if object["when"] == nil { isOnChange = true }
      if let type, !type.isNumeric {
        let member = object["deadband"] != nil ? "deadband" : "deadbandPercent"
        issues.append(SchemaIssue(path: "\(path).\(member)", problem: "a value of type \(type) has no deadband", isError: true))
      }
    }
    if isOnChange, heartbeat == nil, object["heartbeat"] == nil { heartbeat = Self.defaultHeartbeat }
  }

  /// What the member may have; described as a visitor's configuration is.
  package static let schema = DriverSchema(
    protocolConfig: [],
    visitor: [
      .init("when", .oneOf(["sample", "change"]), default: "sample", doc: "whether every sample is reported, or only one that differs"),
      .init("deadband", .number(0 ... .greatestFiniteMagnitude), doc: "how much a number has to differ from the one reported last"),
      .init("deadbandPercent", .number(0...1_000_000), unit: "%", doc: "the same in percent of the number reported last"),
      .init(
        "heartbeat", .integer(0...86_400_000), unit: "ms", default: 60_000,
        doc: "after how long a value is reported though it isn't news; 0: never"),
      .init(
        "delivery", .oneOf(["latest", "every"]), default: "latest",
        doc: "whether a newer report replaces one that is still on its way to edgecore, or each arrives, as far as memory allows"),
      .init("data", .boolean, default: false, doc: "whether reports go to $ke/events/device/<device>/data/update too"),
    ])

  /// Whether a value is news.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - last: The one reported last, with good quality.
  ///   - elapsed: How long ago that was, in milliseconds.
  package func isNews(_ value: Value, after last: Value, elapsed: Int64) -> Bool {
    guard isOnChange else { return true }
    if let heartbeat, elapsed >= heartbeat { return true }
    guard value != last else { return false }
    guard deadband != nil || deadbandPercent != nil, let number = value.number, let old = last.number else { return true }
    let difference = abs(number - old)
    // Beyond either of two deadbands is news.
    if let deadband, difference > deadband { return true }
    if let deadbandPercent, difference > abs(old) * deadbandPercent / 100 { return true }
    return false
  }
}

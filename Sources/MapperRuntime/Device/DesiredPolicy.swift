package import JSON
package import MapperSDK

/// What becomes of a desired value that the device doesn't keep: the member `desiredPolicy` of a visitor's configuration, or, for
/// all properties of a device, of its protocol's.
package enum DesiredPolicy: String, Sendable, Hashable, CaseIterable {
  /// It was written, and the device is left alone: someone turned the knob.
  case once
  /// It is written again.
  case enforce

  /// The member's name in `configData`.
  package static let key = "desiredPolicy"

  /// Reads a policy over a device's own.
  ///
  /// - Parameters:
  ///   - value: The member `desiredPolicy`.
  ///   - base: What holds where it says nothing.
  ///   - path: Where the member stands.
  package init(_ value: JSONValue?, over base: DesiredPolicy = .once, path: String, issues: inout [SchemaIssue]) {
    self = base
    guard let value, !value.isNull else { return }
    guard let policy = value.string.flatMap(DesiredPolicy.init) else {
      let problem = "\(value.text.prefix(64)) is not one of \(Self.allCases.map(\.rawValue).joined(separator: ", "))"
      issues.append(SchemaIssue(path: path, problem: problem, isError: true))
      return
    }
    self = policy
  }
}

/// A version of the group `devices.kubeedge.io`.
public enum APIVersion: String, CaseIterable, Sendable {
  /// KubeEdge up to 1.14: protocols as typed structs, desired values in the status.
  case v1alpha2
  /// KubeEdge from 1.15: protocols as free-form data, desired values in the spec.
  case v1beta1

  /// The API group all versions belong to.
  public static let group = "devices.kubeedge.io"

  /// Group and version as an object's `apiVersion` says them: `devices.kubeedge.io/v1beta1`.
  public var groupVersion: String { "\(Self.group)/\(rawValue)" }

  /// The version an `apiVersion` names; `nil` for another group or an unknown version.
  public init?(groupVersion: String) {
    guard let version = Self.allCases.first(where: { $0.groupVersion == groupVersion }) else { return nil }
    self = version
  }

  /// The annotation in which an object of the other version keeps what only this version can say.
  public var annotation: String { groupVersion }
}

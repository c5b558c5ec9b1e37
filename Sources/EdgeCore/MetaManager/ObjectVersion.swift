package import DeviceAPI

/// A version of an API that objects are written in.
package enum ObjectVersion: String, CaseIterable, Sendable {
  case v1alpha2
  case v1beta1
  /// The core group's.
  case v1

  /// The version of the group `devices.kubeedge.io`; `nil` for the core group's.
  package var devices: APIVersion? { APIVersion(rawValue: rawValue) }

  /// Group and version as an object's `apiVersion` says them.
  package var groupVersion: String { devices?.groupVersion ?? rawValue }
}

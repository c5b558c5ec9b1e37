import DeviceAPI
import JSON

/// What an object in KubeEdge's database is, which Go's types leave out of their JSON at times.
struct KubeEdgeObjectName: Sendable {
  var kind: ObjectKind
  var namespace: String
  var name: String
  /// The versions it may be in, the likely one first.
  var versions: [ObjectVersion]

  /// - Parameter key: `default/device/dev1` in `meta`, `/devices.kubeedge.io/v1beta1/devices/default/dev1` in `meta_v2`.
  init?(key: String, body: JSONValue) {
    let parts = key.split(separator: "/").map(String.init)
    guard parts.count >= 3 else { return nil }
    let isFirstTable = parts.count == 3
    let word = isFirstTable ? parts[1] : parts[parts.count - 3]
    guard let kind = [ObjectKind.device, .deviceModel].first(where: { $0.singular == word || $0.plural == word }) else {
      return nil
    }
    self.kind = kind
    namespace = body.at("metadata", "namespace")?.string ?? (isFirstTable ? parts[0] : parts[parts.count - 2])
    name = body.at("metadata", "name")?.string ?? parts[parts.count - 1]
    if namespace.isEmpty { namespace = "default" }
    if let text = body["apiVersion"]?.string, !text.isEmpty {
      versions = ObjectVersion.allCases.filter { $0.groupVersion == text && $0.devices != nil }
    } else {
      let isOld = body.at("spec", "nodeSelector") != nil || body.at("status", "twins") != nil || key.contains("v1alpha2")
      versions = isOld ? [.v1alpha2, .v1beta1] : [.v1beta1, .v1alpha2]
    }
  }
}

/// How the topics of a mapper name devices; edgecore understands both shapes.
public enum TopicShape: String, Sendable, Hashable, CaseIterable {
  /// `$hw/events/device/<namespace>/<name>/…`, KubeEdge 1.17 and later.
  case namespaced
  /// `$hw/events/device/<name>/…` for devices of the namespace `default`, KubeEdge up to 1.16.
  case name
}

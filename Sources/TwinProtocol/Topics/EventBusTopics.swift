/// The filters that an edge core subscribes to, at QoS 1, both shapes of device topics among them.
///
/// The mappers' status is ours. Source of the others: KubeEdge `edge/pkg/eventbus/mqtt/client.go`, 1.9.2 and 1.23.
public enum EventBusTopics {
  /// Every filter.
  public static let filters = [
    "$hw/events/device/+/state/update",
    "$hw/events/device/+/+/state/update",
    "$hw/events/device/+/twin/+",
    "$hw/events/device/+/+/twin/+",
    "$hw/events/node/+/membership/get",
    "$hw/events/mapper/+/status",
  ]

  /// What applications publish for the cloud.
  public static let uploadFilters = ["$hw/events/upload/#", "SYS/dis/upload_records", "+/user/#"]

  /// Whether a topic is one of ``uploadFilters``.
  public static func isUpload(_ topic: String) -> Bool {
    if topic == "SYS/dis/upload_records" || topic == "$hw/events/upload" || topic.hasPrefix("$hw/events/upload/") { return true }
    // Of what begins with a dollar sign no wildcard in the first place makes anything its own.
    let levels = topic.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    return levels.count >= 2 && levels[1] == "user" && !topic.hasPrefix("$")
  }
}

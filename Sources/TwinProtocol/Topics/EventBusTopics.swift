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
}

/// Who a client of our own broker is, and what it may do there.
///
/// mosquitto looks through these lines for each message that it takes and hands out, so they name classes of topics, and
/// their number doesn't grow with the devices.
enum BrokerRole: String, CaseIterable, Sendable {
  case edgecore, mapper, observer

  /// The lines of an access control list.
  ///
  /// - Parameter keyword: `topic` for the user named above the lines, or who has no name; `pattern` for everybody.
  func rules(_ keyword: String) -> [String] {
    switch self {
    // `#` stands for no topic that begins with a dollar sign.
    case .edgecore: ["$hw/#", "$ke/#", "#"].map { "\(keyword) readwrite \($0)" } + ["\(keyword) read $SYS/#"]
    case .observer: ["$hw/#", "$ke/#", "#", "$SYS/#"].map { "\(keyword) read \($0)" }
    case .mapper:
      Self.read.map { "\(keyword) read \($0)" } + Self.written.map { "\(keyword) write \($0)" } + ["\(keyword) readwrite +/user/#"]
    }
  }

  private static let read = ["$hw/#", "$ke/#", "SYS/#"]

  /// What mappers and applications on the node say to edgecore (KubeEdge `edge/pkg/eventbus/mqtt/client.go`, 1.9.2 and 1.23), in
  /// both shapes of device topics. What edgecore says to them isn't here: results, documents, deltas, membership, its status;
  /// nor is what the cloud says, `twin/cloud_updated`.
  private static let written = [
    "$hw/events/device/+/twin/update", "$hw/events/device/+/+/twin/update",
    "$hw/events/device/+/twin/get", "$hw/events/device/+/+/twin/get",
    "$hw/events/device/+/state/update", "$hw/events/device/+/+/state/update",
    "$ke/events/device/+/data/update", "$ke/events/device/+/+/data/update",
    "$hw/events/mapper/+/status",
    "$hw/events/node/+/membership/get",
    "$hw/events/upload/#",
    "SYS/dis/upload_records",
  ]
}

package import MapperSDK

/// Something that happened to a device and that somebody should see.
package struct DeviceEvent: Sendable, Hashable {
  /// How much it matters, in Kubernetes' words.
  package enum Severity: String, Sendable {
    /// As it should be.
    case normal = "Normal"
    /// Somebody should look at it.
    case warning = "Warning"
  }

  /// The device.
  package let device: DeviceName
  /// How much it matters.
  package let severity: Severity
  /// One word in CamelCase for machines, for instance `PollPlanStretched`.
  package let reason: String
  /// What happened, for people.
  package let message: String

  /// Bytes that a reason and a message may have at the API server, in `events.k8s.io` too; what is longer is cut.
  package static let maximumBytes = (reason: 128, message: 1_024)

  /// An event; what is longer than the API takes is cut.
  package init(device: DeviceName, severity: Severity, reason: String, message: String) {
    self.device = device
    self.severity = severity
    self.reason = Self.cut(reason, Self.maximumBytes.reason)
    self.message = Self.cut(message, Self.maximumBytes.message)
  }

  /// As much of a text as fits, whole characters only.
  private static func cut(_ text: String, _ limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    var end = text.startIndex
    var bytes = 3
    for index in text.indices {
      bytes += text[index].utf8.count
      guard bytes <= limit else { break }
      end = text.index(after: index)
    }
    return text[..<end] + "…"
  }
}

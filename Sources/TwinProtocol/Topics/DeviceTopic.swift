/// A topic about one device: `$hw/events/device/<address>/<subject>`.
public struct DeviceTopic: Sendable, Hashable, CustomStringConvertible {
  /// What a device topic is about; the raw value is the topic's end.
  public enum Subject: String, Sendable, CaseIterable {
    /// A client asks for the twin.
    case twinGet = "twin/get"
    /// The answer to ``twinGet``.
    case twinGetResult = "twin/get/result"
    /// A mapper reports, or an application wishes, values.
    case twinUpdate = "twin/update"
    /// The answer to ``twinUpdate``.
    case twinUpdateResult = "twin/update/result"
    /// What changed, before and after.
    case twinUpdateDocument = "twin/update/document"
    /// What is wished and not yet so.
    case twinUpdateDelta = "twin/update/delta"
    /// What the cloud wishes; from a local client it is refused.
    case twinCloudUpdated = "twin/cloud_updated"
    /// A mapper tells a device's state.
    case stateUpdate = "state/update"
    /// The state as it was taken over.
    case stateUpdateResult = "state/update/result"
    /// Attributes that changed.
    case updated = "updated"
  }

  static let prefix = "$hw/events/device/"
  /// The longest first, so that `twin/update/result` is never read as a device whose name is `twin`.
  private static let subjects = Subject.allCases.sorted { $0.rawValue.utf8.count > $1.rawValue.utf8.count }

  /// Which device.
  public var address: DeviceAddress
  /// What about it.
  public var subject: Subject

  /// A topic about a device.
  public init(_ address: DeviceAddress, _ subject: Subject) {
    self.address = address
    self.subject = subject
  }

  /// A topic about a device in the shape of KubeEdge 1.17 and later.
  public init(_ id: DeviceID, _ subject: Subject) {
    self.init(.namespaced(id), subject)
  }

  /// Reads a topic; `nil` when it isn't one about a device.
  public init?(_ topic: String) {
    guard topic.hasPrefix(Self.prefix) else { return nil }
    let rest = topic.dropFirst(Self.prefix.count)
    for subject in Self.subjects {
      guard rest.hasSuffix(subject.rawValue) else { continue }
      let front = rest.dropLast(subject.rawValue.count)
      guard front.last == "/" else { continue }
      let levels = front.dropLast().split(separator: "/", omittingEmptySubsequences: false)
      guard levels.allSatisfy({ !$0.isEmpty }) else { return nil }
      switch levels.count {
      case 1: self.init(.named(String(levels[0])), subject)
      case 2: self.init(DeviceID(namespace: String(levels[0]), name: String(levels[1])), subject)
      default: continue
      }
      return
    }
    return nil
  }

  /// The topic.
  public var description: String { "\(Self.prefix)\(address)/\(subject.rawValue)" }
}

package import TwinProtocol

/// What a cloud is told, when there is one.
package struct CloudMessage: Sendable, Hashable {
  package enum Subject: Sendable, Hashable {
    /// A device's twin was changed here: KubeEdge's `device/<id>/twin/edge_updated`.
    case twinUpdated(DeviceID)
    /// A device's state: KubeEdge's `device/<id>/state/update`.
    case stateUpdated(DeviceID)
    /// What an application at the edge published for the cloud, on this topic.
    case upload(String)
  }

  package var subject: Subject
  package var content: [UInt8]

  package init(_ subject: Subject, content: [UInt8]) {
    self.subject = subject
    self.content = content
  }
}

/// What a cloud tells of devices.
package struct CloudRequest: Sendable, Hashable {
  package enum Subject: Sendable, Hashable {
    /// Devices that came and went.
    case membership
    /// All devices there are.
    case membershipDetail
    /// What is wished of a device.
    case twinUpdated(DeviceID)
    /// A device's attributes.
    case attributes(DeviceID)
  }

  package var subject: Subject
  package var content: [UInt8]

  /// - Parameters:
  ///   - resource: The message's resource, without `node/<node>/` before it.
  ///   - operation: Its operation.
  /// - Returns: `nil` for a message that isn't about devices.
  package init?(resource: String, operation: String, content: [UInt8]) {
    self.content = content
    let levels = resource.split(separator: "/", omittingEmptySubsequences: false)
    switch (levels.first, levels.count) {
    case ("membership", 1): subject = .membership
    case ("membership", _) where levels[1] == "detail": subject = .membershipDetail
    case ("device", 2...):
      let isTwin = resource.hasSuffix("/twin/cloud_updated")
      guard let id = DeviceID(levels.dropFirst().dropLast(isTwin ? 2 : 0).joined(separator: "/")), isTwin || operation == "updated" else {
        return nil
      }
      subject = isTwin ? .twinUpdated(id) : .attributes(id)
    default: return nil
    }
  }
}

package import TwinProtocol

/// A desired or reported value that a property had from a moment on.
package struct ValueChange: Sendable, Hashable {
  package enum Side: String, Sendable, Hashable {
    case desired, reported
  }

  package var property: String
  package var side: Side
  /// The value, when it was measured or wished, and its quality.
  package var value: TwinValue

  package init(property: String, side: Side, value: TwinValue) {
    self.property = property
    self.side = side
    self.value = value
  }
}

extension ValueChange {
  /// What a document says has changed: another value, or another quality of it.
  static func changes(in document: TwinDocument) -> [ValueChange] {
    var changes: [ValueChange] = []
    for (property, change) in document.changes {
      if let actual = change.current?.actual, !actual.isSame(as: change.last?.actual) {
        changes.append(ValueChange(property: property, side: .reported, value: actual))
      }
      let (expected, last) = (change.current?.expected, change.last?.expected)
      if let expected, expected != last {
        changes.append(ValueChange(property: property, side: .desired, value: expected))
      } else if expected == nil, last != nil {
        changes.append(ValueChange(property: property, side: .desired, value: TwinValue("", timestamp: document.envelope.timestamp)))
      }
    }
    return changes
  }
}

extension ValueChange {
  /// What is another value, or of another quality, in a twin than in the one before.
  static func changes(from before: DeviceTwinState, to after: DeviceTwinState, now: Int64) -> [ValueChange] {
    var changed: [String: TwinDocument.Change] = [:]
    for (name, property) in after.properties where property != before.properties[name] {
      changed[name] = TwinDocument.Change(last: before.properties[name]?.twin, current: property.twin)
    }
    return changes(in: TwinDocument(envelope: Envelope(eventID: "", timestamp: now), changes: changed))
  }
}

extension TwinValue {
  fileprivate func isSame(as other: TwinValue?) -> Bool {
    other.map { value == $0.value && quality == $0.quality && reason == $0.reason } ?? false
  }
}

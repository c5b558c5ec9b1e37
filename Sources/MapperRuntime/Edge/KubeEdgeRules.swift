package import TwinProtocol

/// What a KubeEdge core takes of a mapper, checked before it is sent.
///
/// KubeEdge refuses an update as a whole when one property in it is wrong, and answers most of that on a topic without the
/// device's name, where nobody hears it. Source: `edge/pkg/devicetwin/dtcommon/util.go` and
/// `edge/pkg/devicetwin/dtmanager/{twin,device}.go`, 1.9.2 and 1.23.
package enum KubeEdgeRules {
  /// Why a property isn't sent.
  package struct Objection: Error, Sendable, Hashable {
    /// Half a sentence.
    package let reason: String
  }

  private static let maximumNameBytes = 128
  private static let maximumValueBytes = 512

  /// A property's change as this core takes it.
  ///
  /// - Parameters:
  ///   - knownType: The type the core has for the property, if it has the property.
  /// - Throws: ``Objection`` when it wouldn't take it.
  package static func admit(_ twin: Twin, named name: String, knownType: String?) throws(Objection) -> Twin {
    guard name.utf8.count <= maximumNameBytes, !name.isEmpty, isPlain(name) else {
      throw Objection(reason: "KubeEdge takes names of 1 to \(maximumNameBytes) characters of a-z, A-Z, 0-9 and -_.,:/@#")
    }
    // An old value would look fresh there, and an update without one ends the core's worker.
    guard let actual = twin.actual, actual.quality == nil else {
      throw Objection(reason: "KubeEdge knows values alone, not that there is none")
    }
    guard actual.value.utf8.count <= maximumValueBytes, isPlain(actual.value) else {
      throw Objection(
        reason: "KubeEdge takes values of up to \(maximumValueBytes) characters of a-z, A-Z, 0-9 and -_.,:/@#, not \""
          + "\(actual.value.prefix(64))\"")
    }
    let type = word(twin.type)
    if let knownType, let problem = problem(actual.value, as: knownType) { throw Objection(reason: problem) }
    return Twin(actual: TwinValue(actual.value, timestamp: actual.timestamp), type: type)
  }

  /// A state in a word that this core takes.
  package static func state(_ state: String, shape: TopicShape) -> String {
    // Cores as old as their topics pass over any other word, and would keep the device online.
    shape == .name && state == "unhealthy" ? "unknown" : state
  }

  /// The words for types are string, int, integer, float and boolean; a new property of another type is refused.
  private static func word(_ type: String?) -> String? {
    switch type {
    case "double": "float"
    case "bytes", "stream": "string"
    default: type
    }
  }

  private static func problem(_ value: String, as type: String) -> String? {
    // An empty value is none, and passes.
    if value.isEmpty { return nil }
    switch type {
    case "int", "integer": return Int64(value) == nil ? "KubeEdge has the property as \(type), which \"\(value.prefix(64))\" is not" : nil
    case "float": return Double(value) == nil ? "KubeEdge has the property as float, which \"\(value.prefix(64))\" is not" : nil
    case "boolean":
      return value == "true" || value == "false" ? nil : "KubeEdge has the property as boolean, which \"\(value.prefix(64))\" is not"
    default: return nil
    }
  }

  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
      default: "-_.,:/@#".utf8.contains(byte)
      }
    }
  }
}

import Foundation
import JSON

/// Where the rest of a list begins; what clients get of it means nothing to them.
package struct ContinueToken: Sendable, Hashable {
  /// The revision of the list; `nil` when the rest may be newer than what came before.
  package var resourceVersion: Int64?
  /// The last object that the client has.
  package var namespace: String
  package var name: String

  package init(resourceVersion: Int64?, after key: ObjectKey) {
    self.resourceVersion = resourceVersion
    namespace = key.namespace
    name = key.name
  }

  /// - Throws: ``APIStatus`` 400 for what this server never gave out.
  package init(_ text: String) throws(APIStatus) {
    var base64 = text.replacing("-", with: "+").replacing("_", with: "/")
    while base64.utf8.count % 4 != 0 { base64 += "=" }
    guard text.utf8.count <= 2_048, let data = Data(base64Encoded: base64), let json = try? JSONValue(parsing: Array(data)),
      json["v"]?.string == "meta.k8s.io/v1", let revision = json["rv"]?.integer, let start = json["start"]?.string
    else { throw .badRequest("invalid continue token: continue key is not valid") }
    let levels = start.split(separator: "/", omittingEmptySubsequences: false)
    guard levels.count == 2 else { throw .badRequest("invalid continue token: continue key is not valid") }
    resourceVersion = revision < 0 ? nil : revision
    namespace = String(levels[0])
    name = String(levels[1])
  }

  package var text: String {
    let json: JSONValue = ["v": "meta.k8s.io/v1", "rv": JSONValue(resourceVersion ?? -1), "start": .string("\(namespace)/\(name)")]
    let base64 = Data(json.serialized).base64EncodedString()
    return base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// Whether an object belongs to the rest.
  package func precedes(_ key: ObjectKey) -> Bool { (namespace, name) < (key.namespace, key.name) }
}

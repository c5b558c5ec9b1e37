import Foundation
import JSON
import TestSupport

/// What kube-apiserver 1.20.2 was asked, in order, and what it answered.
///
/// Each vector has a name, a request (`method`, `path` with its query, `headers` that aren't the usual ones, `body`, `text` or `base64`), what
/// was sent just before (`setup`) and while a watch was open (`during`), which values of the answer later requests use (`captures`), and the
/// answer to `expect`. `${x}` stands for a captured value, `${repeat:x:N}` for N times x; in an answer `<rv>`, `<uid>`, `<time>` and the like
/// stand for what is another each time.
enum KubernetesVectors {
  /// The sections in the order they were recorded.
  static let sections = [
    "root", "discovery", "auth", "namespaces", "create", "create-body", "create-params", "create-schema", "create-metadata", "get", "list",
    "put", "patch", "apply", "status", "watch", "delete", "core", "v1.9.2", "deep",
  ]

  /// What a section is about, for readers of the table.
  static func title(_ section: String) -> String {
    switch section {
    case "root": "health, versions, paths"
    case "auth": "users and their rights"
    case "create-body": "create: bodies"
    case "create-params": "create: parameters"
    case "create-schema": "create: the schema's rules"
    case "create-metadata": "create: metadata"
    case "patch": "merge and JSON patches"
    case "apply": "server-side apply"
    case "status": "the status subresource"
    case "delete": "delete, finalizers, deletecollection"
    case "core": "nodes, events, namespaces"
    case "v1.9.2": "the CRDs of KubeEdge 1.9.2 instead"
    case "deep": "deep nesting"
    default: section
    }
  }

  static func vectors(_ section: String) throws -> [JSONValue] {
    guard let index = sections.firstIndex(of: section) else { throw TestSupportError("no section \(section)") }
    return try read("\(index < 9 ? "0" : "")\(index + 1)-\(section)")
  }

  /// A file of the recordings.
  static func read(_ name: String) throws -> [JSONValue] {
    guard let url = Bundle.module.url(forResource: "Vectors/kubernetes-1.20/\(name)", withExtension: "json") else {
      throw TestSupportError("no Vectors/kubernetes-1.20/\(name).json")
    }
    return try JSONValue(parsing: Data(contentsOf: url)).array ?? []
  }
}

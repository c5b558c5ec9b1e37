import DeviceAPI
import Foundation
import JSON

extension ObjectWriter {
  /// The least and the most bytes that the data of a ConfigMap or a Secret may have: Kubernetes' limit.
  private static let maximumDataBytes = 1 << 20

  private static let namespaceLabel = "kubernetes.io/metadata.name"

  /// Checks what a schema can't say of an object of the core group, and fills in what the server adds.
  func complete(_ content: inout JSONValue, _ plan: Plan) throws(APIStatus) {
    var errors: [FieldError] = []
    switch plan.key.kind {
    case .namespace:
      // By which selectors of namespaces find one.
      var labels = content.at("metadata", "labels") ?? [:]
      labels[Self.namespaceLabel] = .string(plan.key.name)
      content["metadata"]?["labels"] = labels
      content["spec"] = ["finalizers": ["kubernetes"]]
      content["status"] = plan.current?.stored.content["status"] ?? ["phase": "Active"]
    case .secret:
      for (key, text) in content["stringData"]?.object ?? [:] {
        if content["data"]?.object == nil { content["data"] = [:] }
        content["data"]?[key] = .string(Data((text.string ?? "").utf8).base64EncodedString())
      }
      content["stringData"] = nil
      if content["type"] == nil { content["type"] = "Opaque" }
      let type = plan.current?.stored.content["type"]
      if let type, type != content["type"] {
        errors.append(FieldError(path: "type", kind: .invalid, value: content["type"]?.text, detail: "field is immutable"))
      }
      errors += Self.data(content, ["data"], plan)
    case .configMap: errors += Self.data(content, ["data", "binaryData"], plan)
    default: return
    }
    if !errors.isEmpty { throw .invalid(plan.key.kind, plan.key.name, errors) }
  }

  private static func data(_ content: JSONValue, _ fields: [String], _ plan: Plan) -> [FieldError] {
    var errors: [FieldError] = []
    var bytes = 0
    var seen: Set<String> = []
    for field in fields {
      for (key, value) in content[field]?.object ?? [:] {
        bytes += key.utf8.count + (value.string?.utf8.count ?? 0)
        let isValid =
          !key.isEmpty && key.utf8.count <= 253 && key != "." && !key.hasPrefix("..")
          && key.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
              || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains(byte)
          }
        if !isValid {
          errors.append(
            FieldError(
              path: "\(field)[\(key.prefix(64))]", kind: .invalid, value: "\"\(key.prefix(64))\"",
              detail: "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"))
        }
        if !seen.insert(key).inserted {
          errors.append(
            FieldError(path: "\(field)[\(key)]", kind: .invalid, value: "\"\(key)\"", detail: "duplicate of key present in data"))
        }
      }
    }
    if bytes > maximumDataBytes {
      errors.append(
        FieldError(path: fields[0], kind: .tooLong, detail: "\(bytes) bytes, more than the \(maximumDataBytes) allowed"))
    }
    guard let stored = plan.current?.stored.content, stored["immutable"]?.bool == true else { return errors }
    for field in fields + ["immutable"]
    where (content[field] ?? .null) != (stored[field] ?? .null) || field == "data" && !plan.concealedWrites.isEmpty {
      errors.append(FieldError(path: field, kind: .forbidden, detail: "field is immutable when `immutable` is set"))
    }
    return errors
  }

  /// Makes what is always there: the namespaces that objects are in, and the node.
  package func prepare(_ draft: inout MetaDraft, now: Int64) {
    let used = Set(draft.allKeys.filter(\.kind.isNamespaced).map(\.namespace))
    for name in used.union(["default", "kubeedge"]).sorted() { makeNamespace(name, draft: &draft, now: now) }
    let key = ObjectKey(kind: .node, namespace: "", name: dispatcher.node)
    let known = draft.object(key)
    var node = known ?? made(key, ["metadata": ["name": .string(key.name)], "spec": [:]], now)
    if known == nil {
      node.content["metadata"]?["labels"] = [
        "kubernetes.io/hostname": .string(key.name), "kubernetes.io/os": "linux", "kubernetes.io/arch": .string(Self.architecture),
        "node-role.kubernetes.io/edge": "",
      ]
    }
    let since = known?.content.at("status", "conditions")?[0]?["lastTransitionTime"] ?? .string(Timestamp.rfc3339(now))
    node.content["status"] = [
      "conditions": [
        [
          "type": "Ready", "status": "True", "reason": "EdgeCoreReady", "message": "edgecore serves the node's devices",
          "lastTransitionTime": since,
        ]
      ],
      "nodeInfo": [
        "kubeletVersion": .string("swiftlet-\(SwiftletVersion.text)"), "operatingSystem": "linux",
        "architecture": .string(Self.architecture),
        // Typed clients refuse a node that lacks any of these.
        "bootID": "", "containerRuntimeVersion": "", "kernelVersion": "", "kubeProxyVersion": "", "machineID": "", "osImage": "",
        "systemUUID": "",
      ],
    ]
    if node != known { _ = draft.put(node) }
  }

  /// Makes a namespace where there is none.
  package func makeNamespace(_ name: String, draft: inout MetaDraft, now: Int64) {
    let key = ObjectKey(kind: .namespace, namespace: "", name: name)
    guard draft.object(key) == nil else { return }
    let labels: JSONValue = [Self.namespaceLabel: .string(name)]
    let content: JSONValue = [
      "metadata": ["name": .string(name), "labels": labels], "spec": ["finalizers": ["kubernetes"]], "status": ["phase": "Active"],
    ]
    _ = draft.put(made(key, content, now))
  }

  private func made(_ key: ObjectKey, _ content: JSONValue, _ now: Int64) -> StoredObject {
    var content = content
    content["apiVersion"] = "v1"
    content["kind"] = .string(key.kind.rawValue)
    return StoredObject(key: key, uid: makeUID(), created: now, generation: 1, resourceVersion: 0, version: .v1, content: content)
  }

  /// The processor's architecture, as Kubernetes names it.
  package static var architecture: String {
    #if arch(arm64)
      "arm64"
    #elseif arch(x86_64)
      "amd64"
    #else
      "unknown"
    #endif
  }
}

extension MetaDraft {
  var allKeys: Set<ObjectKey> {
    var keys = Set(base.objects.keys)
    for (key, object) in changes.objects {
      if object == nil { keys.remove(key) } else { keys.insert(key) }
    }
    return keys
  }
}

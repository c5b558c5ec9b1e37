import EdgeCore
import JSON
import TestSupport
import Testing

@Suite("What writing a Secret tells a client that may not read it")
struct ConcealedSecretTests {
  private static let path = "/api/v1/namespaces/default/secrets"
  private static let jsonPatch = "application/json-patch+json"
  /// `tr0ub4dor`
  private static let value = "dHIwdWI0ZG9y"
  /// `wrong-one`
  private static let other = "d3Jvbmctb25l"
  private static let note = "kubectl.kubernetes.io/last-applied-configuration"

  private static func secret(_ value: String, isImmutable: Bool = false) -> JSONValue {
    var object: JSONValue = [
      "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "login"], "data": ["password": .string(value)],
    ]
    if isImmutable { object["immutable"] = true }
    return object
  }

  private func withSecret(isImmutable: Bool = false, _ body: @escaping @Sendable (EdgeFixture) async throws -> Void) async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      var secret = Self.secret(Self.value, isImmutable: isImmutable)
      let note = secret.text
      secret["metadata"]?["annotations"] = [Self.note: .string(note)]
      #expect(try await edge.call("POST", Self.path, secret, query: ["fieldManager": "owner"]).code == 201)
      try await body(edge)
    }
  }

  private func password(_ edge: EdgeFixture) async throws -> String? {
    try await edge.call("GET", Self.path + "/login", isAuthenticated: true).json.at("data", "password")?.string
  }

  @Test(
    "A JSON patch that copies, moves or tests what is secret is forbidden",
    arguments: [
      #"{"op":"copy","from":"/data/password","path":"/metadata/annotations/leak"}"#,

      #"{"op":"copy","from":"","path":"/metadata/annotations/leak"}"#,
      #"{"op":"copy","from":"/data/password","path":"/type"}"#,
      #"{"op":"move","from":"/data","path":"/metadata/labels"}"#,
      #"{"op":"test","path":"/data/password","value":"x"}"#,
      #"{"op":"test","path":"","value":"x"}"#,
      #"{"op":"copy","from":"/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration","path":"/metadata/annotations/leak"}"#,
      #"{"op":"copy","from":"/metadata/annotations","path":"/metadata/labels"}"#,
      #"{"op":"move","from":"/metadata","path":"/metadata/labels"}"#,
    ])
  func jsonPatch(operation: String) async throws {
    try await withSecret { edge in
      for query in [[:], ["dryRun": "All"]] {
        let patch: JSONValue = [try JSONValue(parsing: operation)]
        let answer = try await edge.call("PATCH", Self.path + "/login", patch, contentType: Self.jsonPatch, query: query)
        #expect(answer.code == 403, "\(answer.json.text)")
        #expect(!answer.json.text.contains(Self.value))
        #expect(answer.json["message"]?.string?.contains("shown a credential") == true)
      }
      let patch: JSONValue = [["op": "test", "path": "/data/password", "value": .string(Self.value)]]
      let open = try await edge.call(
        "PATCH", Self.path + "/login", patch, contentType: Self.jsonPatch, query: ["dryRun": "All"], isAuthenticated: true)
      #expect(open.code == 200)
    }
  }

  @Test("A JSON patch may write what it can't read, and read the rest")
  func writing() async throws {
    try await withSecret { edge in
      let patch: JSONValue = [
        ["op": "test", "path": "/metadata/name", "value": "login"],
        ["op": "add", "path": "/metadata/labels", "value": ["a": "b"]], ["op": "add", "path": "/data/user", "value": "cm9vdA=="],
      ]
      let answer = try await edge.call("PATCH", Self.path + "/login", patch, contentType: Self.jsonPatch)
      #expect(answer.code == 200, "\(answer.json.text)")
      let data = try await edge.call("GET", Self.path + "/login", isAuthenticated: true).json["data"]
      #expect(data == ["password": .string(Self.value), "user": "cm9vdA=="])
    }
  }

  @Test(
    "Whether a guess is right shows in no answer",
    arguments: ["merge", "strategic", "apply", "apply-again", "put", "json"], [false, true])
  func guesses(manner: String, isImmutable: Bool) async throws {
    try await withSecret(isImmutable: isImmutable) { edge in
      var answers: [JSONValue] = []
      for guess in [Self.value, Self.other] {
        var (method, type) = ("PATCH", "")
        var body: JSONValue = ["data": ["password": .string(guess)]]
        var query = ["dryRun": "All", "fieldManager": "guesser"]
        switch manner {
        case "merge": type = "application/merge-patch+json"
        case "strategic": type = "application/strategic-merge-patch+json"
        case "json":
          type = Self.jsonPatch
          body = [["op": "replace", "path": "/data/password", "value": .string(guess)]]
        case "put": (method, type, body) = ("PUT", "application/json", Self.secret(guess, isImmutable: isImmutable))
        default:
          (type, body) = ("application/apply-patch+yaml", Self.secret(guess))
          if manner == "apply-again" { query["force"] = "true" }
        }
        let answer = try await edge.call(method, Self.path + "/login", body, contentType: type, query: query)
        answers.append(["code": JSONValue(answer.code), "json": answer.json])
      }
      #expect(answers[0] == answers[1])
      #expect(try await password(edge) == Self.value)
    }
  }

  @Test("Who applies the same Secret again changes nothing, whether it may read the Secret or not")
  func applyAgain() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      var revisions: [JSONValue?] = []
      for _ in 0..<2 {
        let answer = try await edge.call(
          "PATCH", Self.path + "/login", Self.secret(Self.value), contentType: "application/apply-patch+yaml",
          query: ["fieldManager": "owner"])
        #expect(answer.code < 300)
        revisions.append(answer.json.at("metadata", "resourceVersion"))
      }
      #expect(revisions[0] == revisions[1])
    }
  }
}

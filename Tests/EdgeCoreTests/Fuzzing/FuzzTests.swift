import DeviceAPI
import JSON
import TestSupport
import Testing

@testable import EdgeCore

@Suite("What nobody would send")
struct FuzzTests {
  /// Inputs a test; scripts/fuzz.sh tries many more of those that need no server.
  private static let count = 2_000

  @Test("Any path and query is a request or refused")
  func requests() throws {
    var mutator = try Mutator(corpus: "api-requests")
    for input in mutator.originals + (0..<Self.count).map({ _ in mutator.next() }) {
      let target = String(decoding: input, as: UTF8.self).split(separator: " ", maxSplits: 1).last.map(String.init) ?? ""
      let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
      var query: [String: String] = [:]
      for item in (parts.count == 2 ? parts[1] : "").split(separator: "&") {
        let sides = item.split(separator: "=", maxSplits: 1).map(String.init)
        query[sides.first ?? ""] = sides.count == 2 ? sides[1] : ""
      }
      do throws(APIStatus) {
        let request = try APIRequest(path: parts.first ?? "", query: query)
        _ = try WatchStream.Options(request)
        _ = try ListOptions(request.query)
      } catch {
        #expect((400..<500).contains(error.code))
      }
      _ = Acceptance(target)
    }
  }

  @Test("Any body in any form is an object or refused, and written it is read again")
  func bodies() throws {
    var mutator = try Mutator(corpus: "documents")
    let types = [
      "application/json", "application/yaml", "application/vnd.kubernetes.protobuf", "application/apply-patch+yaml",
      "application/merge-patch+json", "application/json-patch+json", "application/strategic-merge-patch+json",
    ]
    for (index, input) in (mutator.originals + (0..<Self.count).map { _ in mutator.next() }).enumerated() {
      let bytes = Array(input.dropFirst())
      for type in [types[index % types.count], input.first.map { $0 % 2 == 0 } == true ? types[0] : types[1]] {
        do throws(APIStatus) {
          var duplicates: [String] = []
          let content = try RequestBody.decode(bytes, contentType: type, isPatch: type.contains("patch"), duplicates: &duplicates)
          #expect(duplicates.count <= 100)
          if case .object(let object) = content { #expect((try? JSONValue(parsing: object.serialized)) == object) }
        } catch {
          #expect((400..<500).contains(error.code))
        }
      }
    }
  }

  @Test("Any object is stored or refused by each verb, and what is stored is read again")
  func objects() async throws {
    let folder = try TestFolder()
    var mutator = try Mutator(corpus: "documents", seed: 7)
    let inputs = mutator.originals + (0..<300).map { _ in mutator.next() }
    try await EdgeFixture.with(folder) { edge in
      for input in inputs {
        let type = input.first.map { $0 % 2 == 0 } == true ? "application/json" : "application/yaml"
        var duplicates: [String] = []
        guard
          case .object(let body)? = try? RequestBody.decode(
            Array(input.dropFirst()), contentType: type, isPatch: false, duplicates: &duplicates)
        else { continue }
        let collection = body["kind"] == "DeviceModel" ? "devicemodels" : "devices"
        let version = body["apiVersion"]?.string?.hasSuffix("v1alpha2") == true ? "v1alpha2" : "v1beta1"
        let path = "/apis/devices.kubeedge.io/\(version)/namespaces/default/\(collection)"
        let created = try await edge.call("POST", path, body)
        #expect((200..<500).contains(created.code), "\(created.json)")
        let name = body.at("metadata", "name")?.string ?? "x"
        guard !name.isEmpty, !name.contains("/") else { continue }
        for (method, contentType) in [
          ("PUT", "application/json"), ("PATCH", "application/merge-patch+json"), ("PATCH", "application/apply-patch+yaml"),
        ] {
          let answer = try await edge.call(
            method, "\(path)/\(name)", body, contentType: contentType, query: contentType.contains("apply") ? ["fieldManager": "fuzz"] : [:]
          )
          #expect((200..<500).contains(answer.code), "\(method) \(contentType): \(answer.json)")
        }
        for version in ["v1alpha2", "v1beta1"] {
          let read = try await edge.call("GET", "/apis/devices.kubeedge.io/\(version)/namespaces/default/\(collection)/\(name)")
          #expect([200, 404, 400].contains(read.code), "\(read.json)")
        }
      }
    }
  }
}

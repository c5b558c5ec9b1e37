import EdgeCore
import JSON
import TestSupport
import Testing
import TwinProtocol

@Suite("A Device's history over the API")
struct HistoryAPITests {
  @Test("Changes of what is reported and desired are told with their times; the same value again is none")
  func changes() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await edge.call("POST", Samples.devices, Samples.device(target: "72"))
      let wished = edge.clock.now
      for (value, quality) in [("50", ""), ("50", ""), ("51", ""), ("51", #","quality":"bad","reason":"timeout""#), ("52", "")] {
        edge.clock.advance(by: 1_000)
        let now = edge.clock.now
        _ = try await edge.receive(
          Samples.topic("boiler", .twinUpdate),
          #"{"event_id":"\#(now)","twin":{"target":{"actual":{"value":"\#(value)","metadata":{"timestamp":\#(now)\#(quality)}}}}}"#)
      }
      func history(_ query: [String: String] = [:]) async throws -> [JSONValue] {
        let answer = try await edge.call("GET", Samples.devices + "/boiler/history", query: query)
        #expect(answer.code == 200 && answer.json["kind"] == "DeviceHistory")
        return answer.json["items"]?.array ?? []
      }
      let all = try await history()
      #expect(all.map { $0.at("reported", "value") ?? $0.at("desired", "value") } == ["72", "50", "51", "51", "52"])
      #expect(all.first?.at("desired", "metadata", "timestamp")?.string == String(wished))
      #expect(all[3].at("reported", "metadata", "reason") == "timeout")
      #expect(all.last?.at("reported", "metadata", "timestamp")?.string == String(wished + 5_000))
      #expect(try await history(["tail": "2"]) == Array(all.suffix(2)))
      #expect(try await history(["sinceSeconds": "2"]) == Array(all.suffix(3)))
      #expect(try await history(["property": "other"]) == [])
      edge.clock.advance(by: 3_600_001)
      #expect(try await history() == [], "an hour is kept")
    }
  }

  @Test("What makes no sense is refused with its reason")
  func refusals() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      #expect(try await edge.call("GET", Samples.devices + "/boiler/history").code == 404)
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      #expect(try await edge.call("GET", Samples.models + "/boiler-model/history").code == 404)
      #expect(try await edge.call("PUT", Samples.devices + "/boiler/history", [:]).code == 405)
      for query in [["tail": "-1"], ["tail": "many"], ["sinceSeconds": "99999999999999999999"]] {
        let answer = try await edge.call("GET", Samples.devices + "/boiler/history", query: query)
        #expect(answer.code == 400 && answer.json["message"]?.string?.contains(query.keys.first ?? "?") == true)
      }
    }
  }
}

import MapperSDK
import TestSupport
import Testing

@testable import ModbusDriver

/// Plans compared with the best of all divisions there are.
@Suite("Planned requests are the cheapest")
struct PlanningPropertyTests {
  private struct Cost: Comparable {
    var time: Int64 = 0
    var requests = 0
    var size = 0

    static func < (left: Cost, right: Cost) -> Bool {
      (left.time, left.requests, left.size) < (right.time, right.requests, right.size)
    }
  }

  private static func cost(_ spans: [RegisterSpan], limit: Int, time: RequestTime) -> Cost? {
    guard let start = spans.map(\.start).min(), let end = spans.map(\.end).max(), let longest = spans.map(\.count).max() else { return nil }
    let count = end - start
    guard count <= limit || count == longest else { return nil }
    return Cost(time: time.wireTime(of: spans[0].table, count: count) + time.turnaround, requests: 1, size: count)
  }

  /// The cheapest of all ways to put spans into requests, neighbours or not.
  private static func cheapest(_ spans: [RegisterSpan], limit: Int, time: RequestTime) -> Cost {
    var best: Cost?
    func place(_ rest: ArraySlice<RegisterSpan>, _ requests: [[RegisterSpan]]) {
      guard let next = rest.first else {
        var total = Cost()
        for request in requests {
          guard let cost = cost(request, limit: limit, time: time) else { return }
          total = Cost(time: total.time + cost.time, requests: total.requests + 1, size: total.size + cost.size)
        }
        best = best.map { min($0, total) } ?? total
        return
      }
      for index in requests.indices {
        var requests = requests
        requests[index].append(next)
        place(rest.dropFirst(), requests)
      }
      place(rest.dropFirst(), requests + [[next]])
    }
    place(spans[...], [])
    return best ?? Cost()
  }

  @Test("for any few points, on slow and fast lines, with small and large limits", arguments: 0..<8)
  func cheapest(seed: Int) throws {
    var random = SplitMix(seed: UInt64(seed) &* 7919 &+ 1)
    for _ in 0..<60 {
      let isBits = Bool.random(using: &random)
      let maximum = [6, 20, 60].randomElement(using: &random) ?? 6
      var config: JSONValue = ["maxRegisters": JSONValue(maximum), "maxBits": JSONValue(maximum * 8)]
      switch Int.random(in: 0..<3, using: &random) {
      case 0: config["ip"] = "a"
      case 1: config = config.merging(["serialPort": "/dev/ttyS0", "baudRate": 9600])
      default: config = config.merging(["serialPort": "/dev/ttyS0", "baudRate": 115_200])
      }
      let reach = isBits ? 600 : 80
      let points = try (0..<Int.random(in: 1...7, using: &random)).map { _ in
        let offset = JSONValue(Int.random(in: 0..<reach, using: &random))
        let limit = JSONValue(Int.random(in: 1...12, using: &random))
        return try point(
          visitor(["limit": limit], register: isBits ? "coil" : "holding", offset: offset), type: isBits ? .bytes : .string, config: config)
      }
      let costs = RequestCosts(turnaround: Int64.random(in: 0...30_000, using: &random))
      let plan = ModbusPlanner.plan(points, costs: costs)
      #expect(plan.flatMap(\.points).sorted() == Array(points.indices))

      let spans = try points.map { try ModbusValueCodec($0).span }
      let limit = isBits ? maximum * 8 : maximum
      let time = RequestTime(points[0].config, costs: costs)
      var found = Cost()
      for request in plan {
        let cost = try #require(Self.cost(request.points.map { spans[$0] }, limit: limit, time: time))
        found = Cost(time: found.time + cost.time, requests: found.requests + 1, size: found.size + cost.size)
        #expect(request.wireTime + costs.turnaround == cost.time)
        #expect(try ModbusBatch(request.points.map { points[$0] }).span?.count == cost.size)
      }
      #expect(found == Self.cheapest(spans, limit: limit, time: time), "\(spans.map { ($0.start, $0.count) }) at most \(limit)")
    }
  }
}

public import MapperSDK

/// Divides points of one unit into the requests that take the least time together.
///
/// Between two points that don't touch, a request either goes on, which costs the characters of what lies between, or ends,
/// which costs another request. On a slow line that is worth it from a few registers on, over TCP only when a request
/// becomes too long; at the same cost there are as few requests as possible, and as little in them as possible.
/// A value is never divided.
public enum ModbusPlanner {
  /// The requests for points of one unit.
  ///
  /// - Parameters:
  ///   - points: The points; their devices share the unit, and the least of their limits holds.
  ///   - costs: How long the unit takes to answer.
  /// - Returns: Requests that have each point exactly once, by function code and address. A point that can't be read has a
  ///   request of its own.
  public static func plan(_ points: [ModbusPoint], costs: RequestCosts) -> [PlannedRead] {
    guard let config = points.first?.config else { return [] }
    let time = RequestTime(config, costs: costs)
    var together: [RegisterTable: [Item]] = [:]
    var requests: [Request] = []
    for (index, point) in points.enumerated() {
      let layout = PointLayout(point)
      guard let span = layout?.span, span.isReadable else {
        requests.append(Request(span: RegisterSpan(table: point.visitor.table, start: point.visitor.offset, count: 0), points: [index]))
        continue
      }
      let item = Item(span: point.config.requested(span), address: span.start, index: index)
      if point.config.oneRequestPerField || point.visitor.oneRequest {
        requests.append(Request(span: item.span, points: [index]))
      } else {
        together[span.table, default: []].append(item)
      }
    }
    for (table, items) in together {
      let limit = points.reduce(table.readLimit) { min($0, $1.config.readLimit(of: table)) }
      requests += divide(items, limit: limit, time: time)
    }
    requests.sort { $0.order < $1.order }
    return requests.map { request in
      guard request.span.count > 0 else { return PlannedRead(points: request.points, summary: "no request: the visitor can't be right") }
      let wireTime = time.wireTime(of: request.span.table, count: request.span.count)
      return PlannedRead(points: request.points, wireTime: wireTime, summary: request.span.summary(unit: config.unit))
    }
  }

  /// A point that may share a request.
  private struct Item {
    /// What has to be asked for.
    var span: RegisterSpan
    /// Where the point itself is.
    var address: Int
    var index: Int
  }

  private struct Request {
    var span: RegisterSpan
    var points: [Int]

    var order: (UInt8, Int, Int, Int) { (span.table.readFunction, span.start, span.count, points.first ?? 0) }
  }

  /// What a plan costs; the first that differs decides.
  private struct Cost {
    var time: Int64 = 0
    var requests = 0
    var size = 0

    static func < (left: Cost, right: Cost) -> Bool {
      (left.time, left.requests, left.size) < (right.time, right.requests, right.size)
    }
  }

  /// The cheapest division of items of one table.
  ///
  /// In the order of their first addresses the items of a request are neighbours in some cheapest division: one that lies
  /// between two of another request either fits into that request, or holds the later of the two itself. So the cheapest for
  /// the items up to one is the cheapest for those before its request, and that request.
  private static func divide(_ items: [Item], limit: Int, time: RequestTime) -> [Request] {
    let items = items.sorted { ($0.span.start, $0.span.end, $0.address, $0.index) < ($1.span.start, $1.span.end, $1.address, $1.index) }
    var spans: [RegisterSpan] = []
    var groups: [[Item]] = []
    for item in items {
      if item.span == spans.last {
        groups[groups.count - 1].append(item)
      } else {
        spans.append(item.span)
        groups.append([item])
      }
    }
    // One value may be longer than the device's own limit; the protocol's holds in any case.
    let longest = max(limit, spans.reduce(0) { max($0, $1.count) })
    var best = [Cost()]
    var starts: [Int] = []
    for last in spans.indices {
      var cheapest: (cost: Cost, start: Int)?
      var end = 0
      var largest = 0
      for first in stride(from: last, through: 0, by: -1) {
        end = max(end, spans[first].end)
        largest = max(largest, spans[first].count)
        let count = end - spans[first].start
        if count > longest { break }
        if count > limit, count > largest { continue }
        var cost = best[first]
        cost.time += time.wireTime(of: spans[first].table, count: count) + time.turnaround
        cost.requests += 1
        cost.size += count
        if cheapest.map({ cost < $0.cost }) ?? true { cheapest = (cost, first) }
      }
      best.append(cheapest?.cost ?? Cost())
      starts.append(cheapest?.start ?? last)
    }
    var requests: [Request] = []
    var last = spans.count - 1
    while last >= 0 {
      let first = starts[last]
      let end = spans[first...last].reduce(0) { max($0, $1.end) }
      let span = RegisterSpan(table: spans[first].table, start: spans[first].start, count: end - spans[first].start)
      let members = groups[first...last].joined().sorted { ($0.address, $0.index) < ($1.address, $1.index) }
      requests.append(Request(span: span, points: members.map(\.index)))
      last = first - 1
    }
    return requests
  }
}

extension RegisterSpan {
  /// Whether the protocol has a request for it.
  var isReadable: Bool { start >= 0 && count >= 1 && end <= 65536 && count <= table.readLimit }

  /// The request for it in people's words, for instance `FC3 unit 1 holding registers 40-51 (12)`.
  func summary(unit: UInt8) -> String {
    let addresses = count == 1 ? "\(table.noun) \(start)" : "\(table.noun)s \(start)-\(end - 1) (\(count))"
    return "FC\(table.readFunction) unit \(unit) \(addresses)"
  }
}

extension ModbusConfig {
  /// What has to be asked for to get a span.
  func requested(_ span: RegisterSpan) -> RegisterSpan {
    guard readCoilsFromZero, span.table == .coil else { return span }
    return RegisterSpan(table: .coil, start: 0, count: span.end)
  }
}

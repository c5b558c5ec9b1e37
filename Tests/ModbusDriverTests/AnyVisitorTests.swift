import MapperSDK
import TestSupport
import Testing

@testable import ModbusDriver

/// Visitors made of whatever comes.
@Suite("Any visitor")
struct AnyVisitorTests {
  private static let words: [JSONValue] =
    ["CoilRegister", "DiscreteInputRegister", "InputRegister", "HoldingRegister", "auto", "single", "multiple", "high-first", "low-only"]
    + ModbusDataType.allCases.map { .string($0.rawValue) } + ByteOrder.allCases.map { .string($0.rawValue) } + ["int", "float", "double"]
  private static let numbers: [JSONValue] = [
    -1, 0, 1, 2, 3, 4, 5, 8, 15, 16, 60, 124, 125, 126, 2000, 65535, 65536, 0.1, -0.5, 1e-300, 1e300, "2", "0.1", "x",
    .number(JSONNumber(.max)), .number(JSONNumber(.min)),
  ]
  private static let rest: [JSONValue] = [true, false, "true", .null, [], [:], ["0": "off", "1": "on"], ["x": "y"], ["0": 1]]

  private func visitor(_ random: inout SplitMix) -> JSONValue {
    var visitor: JSONValue = [
      "register": ["coil", "discreteInput", "input", "holding"].randomElement(using: &random) ?? "coil", "offset": 7,
    ]
    for field in ModbusSchema.visitor where Int.random(in: 0..<5, using: &random) == 0 {
      let isLikely = Int.random(in: 0..<4, using: &random) > 0
      let values: [JSONValue]
      switch field.kind {
      case .integer, .number: values = isLikely ? Self.numbers : Self.rest
      case .oneOf(let known): values = isLikely ? known.map(JSONValue.string) : Self.words + Self.numbers
      default: values = Self.rest
      }
      visitor[field.name] = values.randomElement(using: &random)
    }
    return visitor
  }

  @Test("is refused with a reason, or reads and writes whatever is there", arguments: 0..<8)
  func any(seed: Int) throws {
    var random = SplitMix(seed: UInt64(seed) &* 104_729 &+ 17)
    var served = 0
    for _ in 0..<4000 {
      let value = visitor(&random)
      guard !ModbusSchema.schema.checkVisitor(value, path: "").contains(where: { $0.isError }) else { continue }
      guard let visitor = try? JSONValueDecoder().decode(ModbusVisitor.self, from: value) else { continue }
      let point = ModbusPoint(
        device: DeviceName(namespace: "default", name: "any"), property: "p", config: ModbusConfig(line: .tcp(host: "a", port: 502)),
        visitor: visitor, type: ValueType.allCases.randomElement(using: &random) ?? .int, isWritable: Bool.random(using: &random),
        limits: Limits(minimum: Bool.random(using: &random) ? -5 : nil))
      let plan = ModbusPlanner.plan([point], costs: RequestCosts(turnaround: 0))
      #expect(plan.map(\.points) == [[0]])
      let isRefused = ModbusVisitor.issues(with: point).contains { $0.isError }
      guard let codec = try? ModbusValueCodec(point) else {
        #expect(isRefused, "\(value.text)")
        continue
      }
      guard !isRefused else { continue }
      served += 1
      let span = try #require(ModbusBatch([point]).span)
      #expect(span == codec.span)
      let data: ModbusData =
        span.table.isBits
        ? .bits((0..<span.count).map { _ in Bool.random(using: &random) })
        : .registers((0..<span.count).map { _ in UInt16.random(in: 0...UInt16.max, using: &random) })
      if let read = try? codec.decode(data) {
        #expect(!(read.number.map { !$0.isFinite } ?? false))
        _ = try? codec.encode(read)
      }
      for value in [
        Value.int(.min), .int(3), .double(1e300), .double(.nan), .float(0.5), .string("on"), .string(""), .bool(true), .bytes([1]),
      ] {
        _ = try? codec.encode(value)
      }
    }
    #expect(served > 100)
  }
}

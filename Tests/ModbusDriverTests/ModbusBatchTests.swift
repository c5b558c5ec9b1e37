import MapperSDK
import ModbusDriver
import Testing

@Suite("The points of a request")
struct ModbusBatchTests {
  @Test("ask for what they span, and take their parts of the answer")
  func readings() throws {
    let points = [
      try point(visitor(["limit": 1, "scale": 0.1], offset: 40), type: .float),
      try point(visitor(["dataType": "int32"], offset: 43), type: .int),
      try point(visitor(["bit": 0], offset: 40), type: .boolean),
      try point(visitor(["dataType": "float32"], offset: 41), type: .float),
    ]
    let batch = try ModbusBatch(points)
    #expect(batch.span == RegisterSpan(table: .holding, start: 40, count: 5))
    #expect(
      batch.readings(from: .registers([235, 0x7FC0, 0, 0xFFFF, 0xFFFE])) == [
        .value(.float(23.5)), .value(.int(-2)), .value(.bool(true)),
        .failure(ReadingError(.invalidValue, "the device answered NaN")),
      ])
  }

  @Test("are none of them read from an answer of another length")
  func wrongLength() throws {
    let batch = try ModbusBatch([point(visitor())])
    #expect(batch.readings(from: .registers([1, 2])) == [.failure(ReadingError(.invalidValue, "1 were asked for, and 2 answered"))])
    #expect(
      batch.readings(from: .bits([true])) == [
        .failure(ReadingError(.invalidValue, "bits answered where registers were asked for, or registers where bits were"))
      ])
  }

  @Test("are read though one of them can't be")
  func invalid() throws {
    let points = [try point(visitor(["limit": 3])), try point(visitor(offset: 5))]
    let batch = try ModbusBatch(points)
    #expect(batch.span == RegisterSpan(table: .holding, start: 5, count: 1))
    let readings = batch.readings(from: .registers([7]))
    #expect(readings.last == .value(.int(7)))
    guard case .failure(let error) = readings[0] else {
      Issue.record("a point that can't be read has a value")
      return
    }
    #expect(error.reason == "limit: an integer takes 1, 2 or 4 registers, found 3")
    let none = try ModbusBatch([points[0]])
    #expect(none.span == nil)
    #expect(none.readings(from: .registers([])) == [.failure(error)])
  }

  @Test("begin with coil 0 where the device needs it")
  func coilsFromZero() throws {
    let config: JSONValue = ["ip": "a", "readCoilsFromZero": true]
    let batch = try ModbusBatch([point(visitor(register: "coil", offset: 3), type: .boolean, config: config)])
    #expect(batch.span == RegisterSpan(table: .coil, start: 0, count: 4))
    #expect(batch.readings(from: .bits([false, false, false, true])) == [.value(.bool(true))])
  }

  @Test("are no request when they lie too far apart, in several tables, or at several units")
  func impossible() throws {
    func error(_ points: [ModbusPoint]) -> ReadingError? {
      do {
        _ = try ModbusBatch(points)
        return nil
      } catch {
        return error
      }
    }
    let first = try point(visitor())
    let far = try error([first, point(visitor(offset: 200))])
    #expect(far?.reason == "no request reads 201 holding registers from 0")
    #expect(far?.scope == .request)
    #expect(try error([first, point(visitor(register: "input"))])?.reason == "no request reads several tables or units")
    #expect(try error([first, point(visitor(), config: ["ip": "a", "slaveID": 2])])?.scope == .request)
  }
}

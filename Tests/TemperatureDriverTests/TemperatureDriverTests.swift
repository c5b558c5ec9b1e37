import Glibc
import JSON
import MapperSDK
import TemperatureDriver
import Testing

@Suite("The temperature driver")
struct TemperatureDriverTests {
  private func connection(folder: String? = nil, at time: Int64 = 0) async throws -> TemperatureConnection {
    let driver = TemperatureDriver(stateFolder: folder, now: { time })
    let config = TemperatureConfig()
    return try await driver.connect(
      to: driver.bus(of: DeviceName(namespace: "a", name: "b"), config: config), config: config, logger: Logger(label: "test"))
  }

  private func point(
    _ type: ValueType, isWritable: Bool = false, limits: Limits = Limits(), visitor: TemperatureVisitor = TemperatureVisitor(),
    config: TemperatureConfig = TemperatureConfig(mean: 70.126, amplitude: 0, noise: 0), device: String = "sensor"
  ) -> TemperatureConnection.Point {
    DevicePoint(
      device: DeviceName(namespace: "default", name: device), property: "p", config: config, visitor: visitor, type: type,
      isWritable: isWritable, limits: limits)
  }

  @Test("Each type reads in its own form, within the limits, with its time")
  func types() async throws {
    let connection = try await connection(at: 5)
    let readings = try await connection.read([
      point(.string), point(.string, limits: Limits(unit: "Fahrenheit")), point(.string, limits: Limits(unit: "°C")), point(.double),
      point(.float), point(.int), point(.double, limits: Limits(maximum: 60)), point(.double, limits: Limits(minimum: 80)),
      point(.string, isWritable: true),
    ])
    #expect(
      readings == [
        .value(.string("70C"), time: 5), .value(.string("70F"), time: 5), .value(.string("70C"), time: 5),
        .value(.double(70.13), time: 5), .value(.float(70.13), time: 5), .value(.int(70), time: 5), .value(.double(60), time: 5),
        .value(.double(80), time: 5), .value(.string("70C"), time: 5),
      ])
    guard case .failure = try await connection.read([point(.boolean)])[0] else {
      Issue.record("a temperature can't be a boolean")
      return
    }
  }

  @Test("A number that may be written is the target, unless its visitor says otherwise")
  func targets() async throws {
    let connection = try await connection()
    let target = point(.float, isWritable: true)
    #expect(try await connection.read([target]) == [.value(.float(70.126), time: 0)])
    try await connection.write(.float(75.5), to: target)
    let named = point(.double, visitor: TemperatureVisitor(measures: .target))
    #expect(try await connection.read([target, named]) == [.value(.float(75.5), time: 0), .value(.double(75.5), time: 0)])
    let measured = point(.float, isWritable: true, visitor: TemperatureVisitor(measures: .temperature))
    let error = await #expect(throws: ReadingError.self) { try await connection.write(.float(1), to: measured) }
    #expect(error?.code == .readOnly)
    await #expect(throws: ReadingError.self) { try await connection.write(.string("x"), to: named) }
    #expect(
      try await connection.read([point(.float, isWritable: true, device: "another")]) == [.value(.float(70.126), time: 0)],
      "devices have targets of their own")
    await connection.close()
  }

  @Test("A target that no whole number holds is read as the nearest there is", arguments: [1e300, -1e300])
  func hugeTarget(target: Double) async throws {
    let connection = try await connection()
    try await connection.write(.double(target), to: point(.double, isWritable: true))
    let readings = try await connection.read([point(.int, isWritable: true), point(.string, isWritable: true)])
    #expect(readings[0] == .value(.int(target > 0 ? .max : .min), time: 0))
    #expect(readings.count == 2)
  }

  @Test("A target outlasts the process, and so does the way towards it")
  func persistence() async throws {
    var template = Array("/tmp/swiftlet-setpoints-XXXXXX".utf8CString)
    let folder = String(cString: try #require(mkdtemp(&template)))
    let path = "\(folder)/deep/state"
    defer {
      for name in ["/deep/state/default_sensor.json", "/deep/state", "/deep", ""] { remove(folder + name) }
    }
    let target = point(.double, isWritable: true)
    let measured = point(.double)
    try await connection(folder: path, at: 0).write(.double(80), to: target)
    let later = try await connection(folder: path, at: 20_000).read([target, measured])
    #expect(later[0] == .value(.double(80), time: 20_000))
    #expect(later[1] == .value(.double(76.37), time: 20_000))
    let file = try #require(fopen("\(path)/default_sensor.json", "w"))
    fputs("{", file)
    fclose(file)
    #expect(try await connection(folder: path).read([target]) == [.value(.double(70.126), time: 0)], "a broken file is no setpoint")
  }

  @Test("The configuration is read with its defaults, and the schema knows the same members")
  func configuration() throws {
    let decoder = JSONValueDecoder()
    #expect(try decoder.decode(TemperatureConfig.self, from: [:]) == TemperatureConfig())
    let json: JSONValue = ["seed": 7, "mean": 20, "amplitude": 1.5, "noise": 0, "period": 60, "timeConstant": 2]
    #expect(
      try decoder.decode(TemperatureConfig.self, from: json)
        == TemperatureConfig(seed: 7, mean: 20, amplitude: 1.5, noise: 0, period: 60, timeConstant: 2))
    #expect(TemperatureDriver.schema.checkProtocolConfig(json, path: "").isEmpty)
    #expect(TemperatureDriver.schema.checkVisitor(["measures": "target"], path: "").isEmpty)
    #expect(TemperatureDriver.schema.checkProtocolConfig(["period": 0], path: "").count == 1)
    var defaults = JSONValue.object(JSONObject())
    for field in TemperatureDriver.schema.protocolConfig { defaults[field.name] = field.defaultValue }
    #expect(try decoder.decode(TemperatureConfig.self, from: defaults) == TemperatureConfig())
  }
}

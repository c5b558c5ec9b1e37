internal import DeviceAPI
internal import JSON
internal import MapperSDK

/// A Device's configuration read into the driver's types.
struct DeviceBinding<Driver: DeviceDriver>: Sendable {
  typealias Point = Driver.Connection.Point

  let name: DeviceName
  let bus: BusID
  let config: Driver.ProtocolConfig
  /// The properties that are read or written, in the Device's order.
  let points: [Point]
  /// The places of properties in ``points``.
  let places: [String: Int]
  /// What the driver doesn't know in the configuration, worth a warning.
  let warnings: [String]

  /// What is wrong with a Device, each with its place.
  struct Failure: Error, CustomStringConvertible {
    let problems: [String]
    var description: String { problems.joined(separator: "; ") }
  }

  init(_ device: ResolvedDevice, driver: Driver) throws(Failure) {
    let name = DeviceName(namespace: device.namespace, name: device.name)
    let configPath = "spec.protocol.configData"
    var issues = Driver.schema.checkProtocolConfig(device.protocolConfig, path: configPath)
    for property in device.properties {
      issues += Driver.schema.checkVisitor(property.visitor, path: Self.visitorPath(property.name))
    }
    let errors = issues.filter(\.isError)
    guard errors.isEmpty else { throw Failure(problems: errors.map(\.description)) }
    warnings =
      issues.map(\.description)
      + device.unknownProperties.map { "spec.properties[\($0)]: the model has no such property" }

    let config: Driver.ProtocolConfig = try Self.decode(device.protocolConfig, path: configPath)
    var points: [Point] = []
    for property in device.properties {
      let visitor: Driver.Visitor = try Self.decode(property.visitor, path: Self.visitorPath(property.name))
      let type = ValueType(property.type)
      let limits = Limits(
        minimum: property.minimum.flatMap(Double.init), maximum: property.maximum.flatMap(Double.init), unit: property.unit)
      let isWritable = property.accessMode == .readWrite
      points.append(
        Point(
          device: name, property: property.name, config: config, visitor: visitor, type: type, isWritable: isWritable, limits: limits))
    }
    self.name = name
    self.config = config
    self.points = points
    places = Dictionary(points.enumerated().map { ($0.element.property, $0.offset) }) { first, _ in first }
    bus = driver.bus(of: name, config: config)
  }

  /// The point of a property.
  func point(_ property: String) -> Point? { places[property].map { points[$0] } }

  private static func visitorPath(_ property: String) -> String { "spec.properties[\(property)].visitors.configData" }

  private static func decode<T: Decodable>(_ value: JSONValue, path: String) throws(Failure) -> T {
    do {
      return try JSONValueDecoder(path: path).decode(T.self, from: value.isNull ? [:] : value)
    } catch {
      throw Failure(problems: ["\(error)"])
    }
  }
}

extension ValueType {
  /// The type of a property's values; of a stream the text that says where it is.
  init(_ type: PropertyType) {
    switch type {
    case .int: self = .int
    case .float: self = .float
    case .double: self = .double
    case .string, .stream: self = .string
    case .boolean: self = .boolean
    case .bytes: self = .bytes
    }
  }
}

package import DeviceAPI
internal import JSON
package import MapperSDK

/// A Device's configuration read into the driver's types.
package struct DeviceBinding<Driver: DeviceDriver>: Sendable {
  /// A property as the driver sees it.
  package typealias Point = Driver.Connection.Point

  /// The device.
  package let name: DeviceName
  /// The bus it is on.
  package let bus: BusID
  /// The unit it is there.
  package let unit: UnitID
  /// The protocol's configuration.
  package let config: Driver.ProtocolConfig
  /// The properties that are read or written, in the Device's order.
  package let points: [Point]
  /// The places of points that their connection watches.
  let watched: [Int]
  /// The places of points that are only read when something happened.
  let byException: Set<Int>
  /// When each is reported.
  private(set) var policies: [ReportPolicy]
  /// Properties whose desired value is written again when the device doesn't keep it.
  let enforced: Set<String>
  /// Properties that can't be served because something in them is wrong, and what.
  package let faults: [String: String]
  /// What the driver doesn't know in the configuration, worth a warning.
  package let warnings: [String]

  /// What is wrong with a Device, each with its place.
  package struct Failure: Error, CustomStringConvertible {
    /// Each of them.
    package let problems: [String]
    /// All of them.
    package var description: String { problems.joined(separator: "; ") }
  }

  /// Reads a Device.
  ///
  /// A property that is wrong is in ``faults``, and costs only itself.
  ///
  /// - Parameter other: A device whose properties are the same, if one is known: they are stored once for both.
  /// - Throws: What is wrong with the protocol's configuration, without which no property can be served.
  package init(_ device: ResolvedDevice, like other: Self? = nil, driver: Driver) throws(Failure) {
    let name = DeviceName(namespace: device.namespace, name: device.name)
    let configPath = "spec.protocol.configData"
    var (own, report, desired) = Self.split(device.protocolConfig)
    var issues = Driver.schema.checkProtocolConfig(own, path: configPath)
    let policy = ReportPolicy(report, type: nil, path: "\(configPath).\(ReportPolicy.key)", issues: &issues)
    let desiredPolicy = DesiredPolicy(desired, path: "\(configPath).\(DesiredPolicy.key)", issues: &issues)
    try Self.refuse(issues)
    let config: Driver.ProtocolConfig = try Self.decode(own, path: configPath)
    issues += driver.issues(with: config).map { $0.under(configPath) }
    try Self.refuse(issues)

    let owner = Point.Owner(device: name, config: config)
    var alike = other?.points[...] ?? []
    var points: [Point] = []
    points.reserveCapacity(device.properties.count)
    var policies: [ReportPolicy] = []
    var enforced: Set<String> = []
    var faults: [String: String] = [:]
    for property in device.properties {
      let path = "spec.properties[\(property.name)].visitors.configData"
      let type = ValueType(property.type)
      (own, report, desired) = Self.split(property.visitor)
      var found = Driver.schema.checkVisitor(own, path: path)
      let ownPolicy = ReportPolicy(report, over: policy, type: type, path: "\(path).\(ReportPolicy.key)", issues: &found)
      if DesiredPolicy(desired, over: desiredPolicy, path: "\(path).\(DesiredPolicy.key)", issues: &found) == .enforce {
        enforced.insert(property.name)
      }
      do throws(Failure) {
        try Self.refuse(found)
        let point: Point
        if alike.first?.property == property.name {
          point = Point(owner: owner, like: alike.removeFirst())
        } else {
          point = Point(
            owner: owner, property: property.name, visitor: try Self.decode(own, path: path), type: type,
            isWritable: property.accessMode == .readWrite,
            limits: Limits(
              minimum: property.minimum.flatMap(Double.init), maximum: property.maximum.flatMap(Double.init), unit: property.unit))
        }
        found += driver.issues(with: point).map { $0.under(path) }
        try Self.refuse(found)
        points.append(point)
        policies.append(ownPolicy)
      } catch {
        faults[property.name] = error.description
      }
      issues += found.filter { !$0.isError }
    }
    self.name = name
    self.config = config
    self.points = points
    let deliveries = points.map { driver.delivery(of: $0) }
    watched = deliveries.indices.filter { deliveries[$0] != .polled }
    byException = Set(watched.filter { deliveries[$0] == .byException })
    self.policies = policies
    self.enforced = enforced
    self.faults = faults
    warnings =
      issues.map(\.description)
      + device.unknownProperties.map { "spec.properties[\($0)]: the model has no such property" }
    bus = driver.bus(of: name, config: config)
    unit = driver.unit(of: name, config: config)
  }

  /// The point of a property.
  package func point(_ property: String) -> Point? { place(of: property).map { points[$0] } }

  /// A property's place in ``points``. Asked for by people and desired values only, so a table would cost more than it gives.
  func place(of property: String) -> Int? { points.firstIndex { $0.property == property } }

  /// How often each of the points is read, in milliseconds.
  ///
  /// - Parameter cycles: What the Device says.
  package func cycles(_ cycles: CollectCycles) -> [Int64?] {
    points.enumerated().map { place, point in
      let isPolled = !byException.contains(place)
      return cycles.cycle(of: point.property, otherwise: isPolled ? CollectCycles.standard : CollectCycles.never)
    }
  }

  /// The binding once its policies are somebody else's.
  func withoutPolicies() -> Self {
    var binding = self
    binding.policies = []
    return binding
  }

  /// A configuration without what isn't the driver's but the framework's.
  private static func split(_ value: JSONValue) -> (own: JSONValue, report: JSONValue?, desired: JSONValue?) {
    guard var object = value.object else { return (value, nil, nil) }
    let (report, desired) = (object[ReportPolicy.key], object[DesiredPolicy.key])
    guard report != nil || desired != nil else { return (value, nil, nil) }
    object[ReportPolicy.key] = nil
    object[DesiredPolicy.key] = nil
    return (.object(object), report, desired)
  }

  private static func refuse(_ issues: [SchemaIssue]) throws(Failure) {
    let errors = issues.filter(\.isError)
    guard errors.isEmpty else { throw Failure(problems: errors.map(\.description)) }
  }

  private static func decode<T: Decodable>(_ value: JSONValue, path: String) throws(Failure) -> T {
    do {
      return try JSONValueDecoder(path: path).decode(T.self, from: value.isNull ? [:] : value)
    } catch {
      throw Failure(problems: ["\(error)"])
    }
  }
}

extension SchemaIssue {
  /// The issue with its path below another.
  func under(_ parent: String) -> SchemaIssue {
    SchemaIssue(path: path.isEmpty ? parent : "\(parent).\(path)", problem: problem, isError: isError)
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

internal import MapperSDK

/// What reading the devices of one bus comes to.
struct BusPlan: Sendable {
  /// A property of the bus.
  struct Property: Sendable, Hashable {
    var device: DeviceName
    var name: String
    /// How often it is to be read, in milliseconds from one read to the next.
    var cycle: Int64

    var text: String { "\(device)/\(name)" }
  }

  let bus: BusID
  let units: Int
  /// The properties that are read by themselves; points of ``plan`` are places in it.
  let properties: [Property]
  let plan: PollPlan

  /// The plans of all buses, by their names.
  ///
  /// - Parameter turnaround: How long a unit takes before it answers, in microseconds.
  static func all<Driver: DeviceDriver>(_ devices: [LoadedDevices<Driver>.Device], driver: Driver, turnaround: Int64) -> [BusPlan] {
    Dictionary(grouping: devices, by: \.binding.bus).sorted { $0.key < $1.key }.map { bus, devices in
      BusPlan(bus, devices, driver: driver, turnaround: turnaround)
    }
  }

  private init<Driver: DeviceDriver>(
    _ bus: BusID, _ devices: [LoadedDevices<Driver>.Device], driver: Driver, turnaround: Int64
  ) {
    var points: [Driver.Connection.Point] = []
    var properties: [Property] = []
    var units: [PollPlan.Unit] = []
    var places: [UnitID: Int] = [:]
    for device in devices {
      let unit = device.binding.unit
      let place = places[unit] ?? units.count
      if place == units.count {
        units.append(PollPlan.Unit(id: unit, points: []))
        places[unit] = place
      }
      for (point, cycle) in zip(device.binding.points, device.cycles) {
        guard let cycle, cycle < CollectCycles.never else { continue }
        units[place].points.append((points.count, cycle))
        points.append(point)
        properties.append(Property(device: device.binding.name, name: point.property, cycle: cycle))
      }
    }
    self.bus = bus
    self.units = units.count
    self.properties = properties
    plan = PollPlan(units.filter { !$0.points.isEmpty }, turnaround: turnaround) { _, ids, costs in
      driver.plan(ids.map { points[$0] }, costs: costs)
    }
  }

  /// The requests, those of a unit together, units by number where they have one.
  var requests: [PollPlan.Request] {
    plan.requests.enumerated().sorted { left, right in
      let (first, second) = (left.element.unit.description, right.element.unit.description)
      guard first != second else { return left.offset < right.offset }
      if let a = Int(first), let b = Int(second) { return a < b }
      return first < second
    }.map(\.element)
  }

  /// The cycles of the properties that a request reads, in milliseconds, each once, in order.
  func cycles(of request: PollPlan.Request) -> [Int64] { Set(request.points.map { properties[$0].cycle }).sorted() }

  /// The properties that a request reads, by their devices in the order of the bus.
  func served(by request: PollPlan.Request) -> [(device: DeviceName, properties: [String])] {
    var served: [(device: DeviceName, properties: [String])] = []
    var places: [DeviceName: Int] = [:]
    for property in request.points.sorted().map({ properties[$0] }) {
      if let place = places[property.device] {
        served[place].properties.append(property.name)
      } else {
        places[property.device] = served.count
        served.append((property.device, [property.name]))
      }
    }
    return served
  }

  /// How often a request is sent on average, in milliseconds from one to the next.
  func interval(of request: PollPlan.Request) -> Int64 {
    Int64((Double(plan.duration) / Double(max(request.count, 1))).rounded())
  }
}

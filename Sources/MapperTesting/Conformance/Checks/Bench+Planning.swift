internal import MapperRuntime
internal import MapperSDK

/// What is read with what.
extension Bench {
  func busAndUnitArePure() throws {
    let names = ["subject", "other"].map { DeviceName(namespace: "default", name: $0) }
    for name in names {
      let config = try binding(device(name)).config
      let (bus, unit) = (driver.bus(of: name, config: config), driver.unit(of: name, config: config))
      try demand(!bus.description.isEmpty && !unit.description.isEmpty, "names for the bus and the unit", "\"\(bus)\" and \"\(unit)\"")
      for _ in 0..<3 {
        let other = try subject.makeDriver()
        for driver in [driver, other] {
          let again = try binding(device(name)).config
          let (sameBus, sameUnit) = (driver.bus(of: name, config: again), driver.unit(of: name, config: again))
          let conflicts = driver.conflicts(of: config, with: again)
          try demand(
            conflicts.isEmpty, "a configuration to share a bus with itself", conflicts.map(\.description).joined(separator: "; "))
          try demand(
            sameBus == bus && sameUnit == unit, "bus \(bus) and unit \(unit) each time", "bus \(sameBus) and unit \(sameUnit)",
            "compute them from the configuration and the device's name alone")
        }
      }
    }
  }

  func planIsComplete() throws {
    let bindings = try ["subject", "other"].map { try binding(device(DeviceName(namespace: "default", name: $0))) }
    let units = Dictionary(grouping: bindings, by: \.unit)
    for binding in units.values {
      let points = binding.flatMap(\.points)
      try check(planOf: [])
      for round in 0..<100 {
        let count = 1 + round % points.count
        try check(planOf: Array(shuffled(points, round).prefix(count)))
      }
    }
  }

  private func check(planOf points: [Point]) throws {
    for turnaround in [0, 1_000, 1_000_000] as [Int64] {
      let costs = RequestCosts(turnaround: turnaround)
      let plan = driver.plan(points, costs: costs)
      let names = points.map(\.property).joined(separator: ", ")
      try demand(
        plan.allSatisfy { !$0.points.isEmpty }, "no request without a point for [\(names)]", "\(plan.map(\.points))",
        "plan([]) is no request at all")
      try demand(
        plan.flatMap(\.points).sorted() == Array(points.indices), "each of the \(points.count) points [\(names)] exactly once",
        "\(plan.map(\.points))", "PlannedRead.points are places in the list that was given")
      let again = driver.plan(points, costs: costs)
      try demand(again == plan, "the same plan for the same points", "\(plan.map(\.points)), then \(again.map(\.points))")
    }
  }
}

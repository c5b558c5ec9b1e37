import MapperSDK
import Testing

@Suite("A bus scheduler")
struct BusSchedulerTests {
  @Test("New points are read at once, then at absolute deadlines: nothing drifts, nothing is missed")
  func deadlines() {
    var bus = SimulatedBus()
    let points = bus.add("1", 0..<10, cycle: 1000)
    bus.run(50)
    #expect(bus.reads[points[0]]?.count == 1)
    bus.run(4950)
    let start = bus.now
    bus.run(1_000_000)
    #expect(bus.counts(points, from: start) == 1000...1000)
    let times = bus.reads[points[0]] ?? []
    #expect(Set(times.dropFirst().map { $0 % 1000 }).count == 1, "all on one grid")
    #expect(bus.scheduler.missed == 0)
  }

  @Test(
    "A point whose cycle is longer than time goes on is read at once, and the others as ever", arguments: [.max, 9_000_000_000_000_000_000])
  func endlessCycle(cycle: Int64) {
    var bus = SimulatedBus()
    let slow = bus.add("1", 0..<1, cycle: cycle)
    let quick = bus.add("1", 1..<2, cycle: 1000)
    bus.run(10_000)
    #expect(bus.reads[slow[0]]?.count == 1)
    #expect((9...12).contains(bus.reads[quick[0]]?.count ?? 0))
  }

  @Test("What is due together is one request; cycles that are multiples meet")
  func harmonised() {
    var bus = SimulatedBus()
    bus.add("1", stride(from: 0, to: 20, by: 2), cycle: 1000)
    bus.add("1", stride(from: 1, to: 20, by: 2), cycle: 5000)
    bus.bridge = 1
    bus.run(6000)
    let before = bus.transactions.count
    bus.run(50_000)
    #expect(bus.transactions.count - before == 50)
    #expect(bus.transactions.suffix(50).count { $0.count == 20 } == 10)
  }

  @Test("A write goes before everything that waits, and waits for no more than the transaction in flight")
  func writesFirst() {
    var bus = SimulatedBus()
    for unit in 1...20 { bus.add(UnitID("\(unit)"), 0..<1, cycle: 50) }
    bus.cost = 5
    bus.run(1000)
    for ticket in 0..<10 {
      let asked = bus.now
      bus.scheduler.enqueueWrite(ticket: ticket, unit: "3")
      bus.run(20)
      #expect(bus.writes.last?.ticket == ticket)
      #expect((bus.writes.last?.time ?? .max) - asked <= 5)
    }
  }

  @Test("Units with the same cycle don't fire together")
  func spread() {
    var fired: Set<Int64> = []
    for bus in 0..<1000 {
      var bus = SimulatedBus(seed: UInt64(bus) &* 0x9E37_79B9_7F4A_7C15)
      bus.add("1", 0..<1, cycle: 1000)
      bus.run(3000)
      fired.insert((bus.transactions.last?.time ?? 0) % 1000)
    }
    #expect(fired.count > 500)
  }

  @Test("Of a hundred units on a line thirty are dead: after the first round of back-off the live ones keep their cycles")
  func deadUnits() {
    var bus = SimulatedBus()
    var live: [Int] = []
    for unit in 1...100 {
      let points = bus.add(UnitID("\(unit)"), 0..<4, cycle: 2000)
      if unit % 10 < 3 { bus.units[UnitID("\(unit)")]?.isDead = true } else { live += points }
    }
    bus.cost = 10
    bus.run(60_000)
    let start = bus.now
    let missed = live.map { point in bus.scheduler.missed(point, of: "1") }
    bus.run(120_000)
    #expect(bus.counts(live, from: start).lowerBound >= 59)
    #expect(live.map { point in bus.scheduler.missed(point, of: "1") } == missed)
    #expect(bus.scheduler.silentUnits.count == 30)
    // A dead unit costs at most one timeout a back-off period.
    let tries = Dictionary(grouping: bus.transactions.filter { $0.time > start && bus.units[$0.unit]?.isDead == true }, by: \.unit)
    #expect(tries.values.allSatisfy { $0.count <= 5 })
    for unit in bus.units.keys { bus.units[unit]?.isDead = false }
    bus.run(60_000)
    #expect(bus.scheduler.silentUnits == [])
  }

  @Test("A unit that was silent once is asked again soon, and nothing of it but that request fails")
  func hiccup() {
    var bus = SimulatedBus()
    let points = bus.add("1", stride(from: 0, to: 1000, by: 200), cycle: 1000)
    bus.run(5000)
    bus.units["1"]?.isDead = true
    while bus.failures.isEmpty { bus.run(1) }
    bus.units["1"]?.isDead = false
    let failed = bus.now
    bus.run(5000)
    #expect(points.count { bus.failures[$0] != nil } == 1)
    #expect(bus.counts(points, from: failed).lowerBound >= 4)
    #expect((bus.reads[points[0]]?.first { $0 > failed } ?? .max) < failed + 1200)
  }

  @Test("When a unit stays silent everything of it fails with the reason, and all of it is read as soon as it is back")
  func silence() {
    var bus = SimulatedBus()
    let points = bus.add("1", stride(from: 0, to: 1000, by: 200), cycle: 60_000)
    bus.run(1000)
    bus.units["1"]?.isDead = true
    bus.run(180_000)
    #expect(points.allSatisfy { bus.failures[$0]?.last?.error.code == .timeout })
    bus.units["1"]?.isDead = false
    let back = bus.now
    bus.run(40_000)
    #expect(bus.counts(points, from: back).lowerBound >= 1)
  }

  @Test("One illegal register among five hundred: the other 499 are read in every cycle, the first one too")
  func illegalRegister() {
    var bus = SimulatedBus()
    bus.bridge = 10
    let points = bus.add("1", 0..<500, cycle: 1000)
    bus.units["1"]?.illegal = [321]
    bus.run(900)
    let others = points.filter { $0 != points[321] }
    #expect(bus.counts(others, from: 0) == 1...1)
    let learned = bus.transactions.count
    let start = bus.now
    bus.run(20_000)
    #expect(bus.counts(others, from: start) == 20...20)
    #expect(bus.transactions.count - learned <= 20 * 5, "five requests a cycle: nobody asks for the register, or over it")
    #expect((bus.failures[points[321]]?.count ?? 0) >= 20, "it is told to fail in each cycle")
    #expect(bus.scheduler.unreadable(of: "1") == [points[321]])
    bus.units["1"]?.illegal = []
    bus.run(120_000)
    #expect(bus.scheduler.unreadable(of: "1") == [], "it was tried again")
    #expect((bus.reads[points[321]]?.count ?? 0) > 0)
    let mended = bus.transactions.count
    bus.run(10_000)
    #expect(bus.transactions.count - mended == 40, "and is read with the others again")
  }

  @Test("A hole that can't be read over is remembered, and tried again after a while")
  func hole() {
    var bus = SimulatedBus()
    bus.bridge = 10
    let points = bus.add("1", Array(0..<10) + Array(15..<25), cycle: 1000)
    bus.units["1"]?.illegal = [12]
    bus.run(900)
    #expect(bus.counts(points, from: 0) == 1...1)
    let learned = bus.transactions.count
    bus.run(10_000)
    #expect(bus.transactions.count - learned == 20)
    bus.units["1"]?.illegal = []
    bus.run(90_000)
    let mended = bus.transactions.count
    bus.run(10_000)
    #expect(bus.transactions.count - mended == 10)
    #expect(bus.failures.isEmpty)
  }

  @Test("A device that takes fewer registers at a time than the protocol allows is found out")
  func smallerMaximum() {
    var bus = SimulatedBus()
    let points = bus.add("1", 0..<120, cycle: 1000)
    bus.units["1"]?.maximum = 50
    bus.run(900)
    #expect(bus.counts(points, from: 0) == 1...1)
    #expect(bus.failures.isEmpty)
    bus.run(3000)
    let learned = bus.transactions.count
    bus.run(5000)
    #expect(bus.transactions.count - learned == 20)
    #expect(bus.scheduler.unreadable(of: "1") == [])
  }

  @Test("When everything together takes too long, all cycles are stretched alike, and the deadlines passed over counted")
  func overload() {
    var bus = SimulatedBus()
    bus.cost = 30
    var points: [[Int]] = []
    for unit in 1...50 { points.append(bus.add(UnitID("\(unit)"), 0..<1, cycle: unit % 2 == 0 ? 1000 : 2000)) }
    // 25 × 30 ms a second and 25 × 30 ms every two: 1.125 of the time there is.
    bus.run(60_000)
    #expect(bus.scheduler.stretch > 1.1)
    #expect(bus.scheduler.stretch < 1.35)
    let start = bus.now
    bus.run(100_000)
    let fast = bus.counts(points.enumerated().filter { $0.offset % 2 == 1 }.flatMap(\.element), from: start)
    let slow = bus.counts(points.enumerated().filter { $0.offset % 2 == 0 }.flatMap(\.element), from: start)
    #expect(fast.upperBound - fast.lowerBound <= 2)
    #expect(slow.upperBound - slow.lowerBound <= 2)
    #expect(abs(fast.lowerBound - 2 * slow.lowerBound) <= 4)
    #expect(bus.scheduler.missed > 0)
    bus.cost = 10
    bus.run(60_000)
    #expect(bus.scheduler.stretch == 1)
    let relaxed = bus.now
    bus.run(20_000)
    #expect(bus.counts(points[1], from: relaxed) == 20...20)
  }

  @Test("A bus that is asked for too much never rests; one that could do more than it is asked for reads nothing too often")
  func noRest() {
    var bus = SimulatedBus()
    bus.cost = 30
    var points: [[Int]] = []
    for unit in 1...4 { points.append(bus.add(UnitID("\(unit)"), 0..<1, cycle: 50)) }
    bus.run(20_000)
    let before = bus.transactions.count
    let start = bus.now
    bus.run(30_000)
    #expect(bus.transactions.count - before >= 990)
    let counts = bus.counts(points.flatMap(\.self), from: start)
    #expect(counts.upperBound - counts.lowerBound <= 2)
    bus.cost = 5
    let relieved = bus.now
    bus.run(10_000)
    #expect(bus.counts(points.flatMap(\.self), from: relieved).upperBound <= 205)
  }

  @Test("A greedy unit doesn't starve the others")
  func fairness() {
    var bus = SimulatedBus()
    bus.cost = 10
    bus.add("greedy", stride(from: 0, to: 20_000, by: 200), cycle: 100)
    let modest = bus.add("modest", 0..<1, cycle: 5000)
    bus.run(10_000)
    let start = bus.now
    bus.run(100_000)
    #expect(bus.counts(modest, from: start).lowerBound >= 2)
  }

  @Test("A busy unit is asked again a little later, while others go on")
  func busy() {
    var bus = SimulatedBus()
    let points = bus.add("1", 0..<1, cycle: 1000)
    let others = bus.add("2", 0..<1, cycle: 50)
    bus.run(2000)
    let start = bus.now
    bus.units["1"]?.busy = 2
    bus.run(2000)
    #expect(bus.counts(points, from: start) == 2...2)
    #expect(bus.counts(others, from: start).lowerBound >= 39)
    #expect(bus.failures[points[0]] == nil)
    bus.units["1"]?.busy = 1000
    bus.run(5000)
    #expect(bus.failures[points[0]]?.last?.error.code == .busy)
    #expect(bus.scheduler.silentUnits == [], "busy is not dead")
  }

  @Test("What noise spoiled is read again at once, once")
  func noise() {
    var bus = SimulatedBus()
    let points = bus.add("1", 0..<5, cycle: 1000)
    bus.run(5000)
    bus.units["1"]?.noise = 1
    let start = bus.now
    bus.run(2000)
    #expect(bus.failures.isEmpty)
    #expect(bus.counts(points, from: start) == 2...2)
    bus.units["1"]?.noise = 2
    bus.run(2000)
    #expect(bus.failures[points[0]]?.map(\.error.code) == ["invalidCRC"])
    #expect(bus.scheduler.silentUnits == [])
  }

  @Test("A dead unit that only makes noise is left alone like one that is silent, and costs the others nothing")
  func noisyProbe() {
    var bus = SimulatedBus()
    let points = bus.add("1", 0..<1, cycle: 1000)
    let others = bus.add("2", 0..<1, cycle: 100)
    bus.units["1"]?.isDead = true
    bus.run(10_000)
    bus.units["1"]?.isDead = false
    bus.units["1"]?.noise = .max
    let start = bus.now
    let before = bus.transactions.count
    bus.run(60_000)
    #expect(bus.transactions[before...].count { $0.unit == "1" } <= 12)
    #expect(bus.counts(others, from: start).lowerBound >= 590)
    bus.units["1"]?.noise = 0
    let back = bus.now
    bus.run(40_000)
    #expect(bus.counts(points, from: back).lowerBound >= 1)
  }

  @Test("Noise in answer to a write to a silent unit is no sign of life")
  func noisyWrite() {
    var scheduler = BusScheduler(seed: 1, now: 0)
    scheduler.setPoints([(0, 1000)], of: "1", now: 0)
    scheduler.contacted("1", .failed(ReadingError(.timeout, "silent")), took: 1000, now: 10)
    #expect(scheduler.silentUnits == ["1"])
    scheduler.contacted("1", .failed(ReadingError("invalidCRC", "noise", isTransient: true)), took: 1000, now: 20)
    #expect(scheduler.silentUnits == ["1"])
    scheduler.contacted("1", .failed(ReadingError("illegalDataValue", "refused")), took: 1000, now: 30)
    #expect(scheduler.silentUnits == [], "who refuses is there")
    scheduler.contacted("1", .failed(ReadingError("invalidCRC", "noise", isTransient: true)), took: 1000, now: 40)
    #expect(scheduler.silentUnits == [], "and one disturbance is none of silence")
  }

  @Test("While the bus can't be used everything due fails at once; when it works again everything is read")
  func outage() {
    var bus = SimulatedBus()
    let points = bus.add("1", 0..<3, cycle: 60_000)
    bus.run(100)
    bus.outage = ReadingError(.notConnected, "nobody there")
    bus.run(70_000)
    // At once, and at the deadline that passed meanwhile.
    #expect(points.allSatisfy { bus.failures[$0]?.count == 2 })
    #expect(points.allSatisfy { bus.failures[$0]?.first?.time ?? .max <= 1_000_200 })
    bus.outage = nil
    let back = bus.now
    bus.scheduler.connected(now: back)
    bus.run(100)
    #expect(bus.counts(points, from: back) == 1...1)
  }

  @Test("Another cycle holds from now on; a point that is added is read at once; one that is gone is not")
  func changes() {
    var bus = SimulatedBus()
    let first = bus.add("1", 0..<1, cycle: 1000)
    bus.run(10_000)
    bus.setCycle("1", 100)
    let start = bus.now
    bus.run(10_000)
    #expect((99...101).contains(bus.counts(first, from: start).lowerBound))
    let second = bus.add("1", 1..<2, cycle: 60_000)
    let added = bus.now
    bus.run(50)
    #expect(bus.counts(second, from: added) == 1...1)
    bus.scheduler.setPoints([], of: "1", now: bus.now)
    let gone = bus.now
    bus.run(10_000)
    #expect(bus.counts(first + second, from: gone) == 0...0)
    #expect(bus.scheduler.isIdle("1"))
  }
}

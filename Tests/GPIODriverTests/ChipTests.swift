import MapperSDK
import Synchronization
import TestSupport
import Testing

@testable import GPIODriver
@testable import GPIOMapper

@Suite("Chips")
struct ChipTests {
  private static func finder() -> ChipFinder {
    let chips = [FakeChip("soc", number: 0, names: ["PWR", nil]), FakeChip("bench", number: 3)]
    return FakeChip.finder { chips }
  }

  @Test("are found by name, path and label", arguments: ["gpiochip3", "/dev/gpiochip3", "bench"])
  func found(name: String) throws {
    #expect(try Self.finder().chip(name).label == "bench")
  }

  @Test("that aren't there are told with those that are")
  func missing() {
    #expect(throws: GPIOError("no GPIO chip is called \"gpiochip1\"; there are gpiochip0 (soc), gpiochip3 (bench)")) {
      _ = try Self.finder().chip("gpiochip1")
    }
    let none = FakeChip.finder { [] }
    #expect(throws: GPIOError("no GPIO chip is called \"bench\"; this machine has none")) { _ = try none.chip("bench") }
    let refused = ChipFinder(
      open: { path throws(GPIOError) in throw GPIOError("can't open the GPIO chip \(path)", errno: 13) }, paths: { ["/dev/gpiochip0"] })
    let reason = #expect(throws: GPIOError.self) { _ = try refused.chip("bench") }
    #expect(reason?.description.contains("none that can be opened; can't open the GPIO chip /dev/gpiochip0") ?? false)
    #expect(reason?.description.contains("group gpio") ?? false)
  }

  @Test("are found by the name of a line")
  func lines() throws {
    let found = try Self.finder().chip(withLine: "relay")
    #expect(found.chip.label == "bench")
    #expect(found.offset == 1)
    #expect(throws: GPIOError("no GPIO line of this machine is called \"bell\"")) { _ = try Self.finder().chip(withLine: "bell") }
  }

  @Test("that are away make reads and watches throw notConnected")
  func away() async throws {
    let chip = FakeChip()
    let connection = try GPIOConnection(chip: "bench", finder: FakeChip.finder { [chip] })
    let input = try point(["line": 0])
    #expect(try await connection.read([input]) == [.value(.bool(false))])
    chip.leave()
    await #expect(throws: ReadingError.self) { try await connection.read([input]) }
    let error = await #expect(throws: ReadingError.self) { try await connection.watch([input], EventSink { _ in }) }
    #expect(error?.code == .notConnected)
    #expect(error?.scope == .bus)
    await connection.close()
  }

  @Test("have lines whose edges are told until the watch is cancelled")
  func watch() async throws {
    let chip = FakeChip()
    let connection = try GPIOConnection(chip: "bench", finder: FakeChip.finder { [chip] })
    let input = try point(["line": 0])
    let executor = try BusExecutor()
    let (events, continuation) = AsyncStream<[PointEvent]>.makeStream()
    let watch = Task(executorPreference: executor) { try await connection.watch([input], EventSink { continuation.yield($0) }) }
    #expect(try await connection.read([input]) == [.value(.bool(false))])
    try await eventually("it watches") { connection.isWatching }
    chip.move(0, true, at: Monotonic.now() + 1_000_000)
    var iterator = events.makeAsyncIterator()
    let told = await iterator.next()
    #expect(told?.count == 1)
    guard case .value(.bool(true), _?)? = told?.first?.reading else { throw GPIOError("told \(String(describing: told))") }
    watch.cancel()
    try await watch.value
    await connection.close()
    #expect(chip.holder(0) == nil)
  }

  @Test("are listed with who uses which line, and proposed as Devices without those")
  func listing() throws {
    let chips = [
      FakeChip("soc", number: 0, names: [nil, nil]), FakeChip("bench", number: 3, names: ["Reset Out", "relay", "x", "x", "7", nil]),
    ]
    chips[1].hold(1, by: "kernel")
    chips[1].state.withLock { $0.lines[2].isOutput = true }
    let finder = FakeChip.finder { chips }
    let listed = try ChipListing.chips(nil, finder).chips
    #expect(
      ScanCommand.table(Array(listed.suffix(1)))
        == """
        CHIP        LABEL   LINE   NAME        DIRECTION   USED BY
        gpiochip3   bench   0      Reset Out   in          -
        gpiochip3   bench   1      relay       in          kernel
        gpiochip3   bench   2      x           out         -
        gpiochip3   bench   3      x           in          -
        gpiochip3   bench   4      7           in          -
        gpiochip3   bench   5      -           in          -

        """)
    #expect(try ChipListing.chips("soc", finder).chips.map(\.name) == ["gpiochip0"])
    let proposals = listed.compactMap { DeviceProposal($0, among: listed, node: "node")?.yaml }
    #expect(proposals.count == 2)
    #expect(proposals[0].contains("line-1"))
    for text in ["line: Reset Out", "name: reset-out", "name: x-3", "line: 3", "line: 4", "chip: bench", "accessMode: ReadWrite"] {
      #expect(proposals[1].contains(text), "\(text) in \(proposals[1])")
    }
    #expect(!proposals[1].contains("relay"))
  }
}

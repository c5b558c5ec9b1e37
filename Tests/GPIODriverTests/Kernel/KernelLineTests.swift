import JSON
import MapperSDK
import TestSupport
import Testing

@testable import GPIODriver

extension Kernel {
  @Suite("Lines")
  struct Lines {
    private func used(_ chip: SimulatedChip) throws -> [Int: String] {
      let lines = try ChipListing.chips(chip.label).chips.first?.lines ?? []
      return Dictionary(uniqueKeysWithValues: lines.filter(\.isUsed).map { ($0.offset, $0.consumer ?? "") })
    }

    @Test("that are outputs are seen by the chip, alone and together, and given back at the end")
    func outputs() async throws {
      let chip = try SimulatedChip(names: [4: "relay"])
      let watcher = try await Watcher(chip.label)
      let relay = try point(["line": "relay"], isWritable: true)
      let low = try point(["line": 0, "activeLow": true, "initial": true], isWritable: true, property: "low")
      let group = try point(["lines": [1, 2, 3]], type: .int, isWritable: true, property: "group")
      #expect(try await watcher.connection.read([relay, low, group]) == [.value(.bool(false)), .value(.bool(true)), .value(.int(0))])
      #expect(try (0..<5).map(chip.value) == [false, false, false, false, false])
      for (bits, levels) in [(5, [true, false, true]), (2, [false, true, false]), (7, [true, true, true])] {
        try await watcher.connection.write(.int(Int64(bits)), to: group)
        #expect(try (1...3).map(chip.value) == levels)
      }
      try await watcher.connection.write(.bool(true), to: relay)
      try await watcher.connection.write(.bool(false), to: low)
      #expect(try chip.value(4) && chip.value(0))
      #expect(try await watcher.connection.read([group, low]) == [.value(.int(7)), .value(.bool(false))])
      #expect(try used(chip) == Dictionary(uniqueKeysWithValues: (0...4).map { ($0, "gpio-mapper") }))
      try await watcher.close()
      #expect(try used(chip) == [:])
    }

    @Test("that are outputs go on as they are without an initial level")
    func kept() async throws {
      let chip = try SimulatedChip()
      // What a chip has after somebody gave an output back is up to it: this one has what it is pulled to, as an output.
      for line in [0, 1] { try chip.pull(line, line == 1) }
      let points = try [0, 1].map { try point(["line": JSONValue($0), "activeLow": true], isWritable: true, property: "\($0)") }
      let first = try await Watcher(chip.label)
      for point in points { try await first.connection.write(.bool(true), to: point) }
      #expect(try [0, 1].map(chip.value) == [false, false])
      try await first.close()
      #expect(try [0, 1].map(chip.value) == [false, true])
      let second = try await Watcher(chip.label)
      #expect(try await second.connection.read(points) == [.value(.bool(true)), .value(.bool(false))])
      #expect(try [0, 1].map(chip.value) == [false, true])
      try await second.close()
    }

    @Test("are held at what their bias says, and mean the opposite when a low level is active")
    func bias() async throws {
      let chip = try SimulatedChip()
      let watcher = try await Watcher(chip.label)
      let points = [
        try point(["line": 0, "bias": "pullUp"], property: "up"),
        try point(["line": 1, "bias": "pullUp", "activeLow": true], property: "low"),
        try point(["line": 2, "bias": "pullDown", "activeLow": true, "edge": "none"], property: "down"),
      ]
      #expect(try await watcher.connection.read(points) == [true, false, true].map { .value(.bool($0)) })
      #expect(try (0...2).map(chip.value) == [true, true, false])
      try await watcher.start(points)
      try chip.pull(1, false)
      try chip.pull(2, true)
      #expect(try await watcher.waits(for: 1).map(\.value) == [.bool(true)])
      #expect(try await watcher.read(points[2]) == .value(.bool(false)))
      try await watcher.close()
    }

    @Test("that somebody has name him, and are told as soon as they can be had")
    func busy() async throws {
      let chip = try SimulatedChip()
      try chip.pull(3, true)
      let other = try LibgpiodChip(path: "/dev/\(chip.name)")
      let held = try other.request([3], LineSettings(isOutput: false), levels: nil, consumer: "somebody else")
      let watcher = try await Watcher(chip.label)
      let input = try point(["line": 3])
      guard case .failure(let error) = try await watcher.read(input) else { throw TestSupportError("a line was had twice") }
      #expect(error.reason == "line 3 of \(chip.name) is used by \"somebody else\"")
      #expect(error.isTransient)
      try await watcher.start([input])
      held.release()
      #expect(try await watcher.waits(for: 1).first?.value == .bool(true))
      try chip.pull(3, false)
      #expect(try await watcher.waits(for: 2).last?.value == .bool(false))
      try await watcher.close()
      other.close()
    }

    @Test("pulse by themselves, until something is written")
    func pulses() async throws {
      let chip = try SimulatedChip()
      let watcher = try await Watcher(chip.label)
      let relay = try point(["line": 6], isWritable: true)
      try await watcher.start([relay])
      try await watcher.connection.perform(DeviceCommand(name: "blink", argument: "3x100"), on: relay)
      #expect(try chip.value(6))
      #expect(try await watcher.waits(for: 6).map(\.value) == [true, false, true, false, true, false].map { .bool($0) })
      #expect(try !chip.value(6))
      try await watcher.connection.perform(DeviceCommand(name: "pulse", argument: "60000"), on: relay)
      try await watcher.waits(for: 7)
      try await watcher.connection.write(.bool(false), to: relay)
      #expect(try !chip.value(6))
      try await watcher.close()
    }

    @Test("are away with their chip, and back with it under another number")
    func removed() async throws {
      let driver = GPIODriver()
      var chip: SimulatedChip? = try SimulatedChip()
      let label = try #require(chip?.label)
      let name = try #require(chip?.name)
      let points = [try point(["line": 0]), try point(["line": 1], isWritable: true, property: "relay")]
      let watcher = try await Watcher(label, driver: driver)
      _ = try await watcher.connection.read(points)
      try await watcher.start(points)
      try chip?.remove()
      chip = nil
      let told = await #expect(throws: ReadingError.self) { try await watcher.ends() }
      #expect(told?.code == .notConnected)
      for point in points {
        let error = await #expect(throws: ReadingError.self) { try await watcher.connection.read([point]) }
        #expect(error?.code == .notConnected)
        #expect(error?.scope == .bus)
      }
      let refused = await #expect(throws: ReadingError.self) { try await watcher.connection.write(.bool(true), to: points[1]) }
      #expect(refused?.code == .notConnected)

      let missing = await #expect(throws: ReadingError.self) { try await Watcher(label, driver: driver) }
      #expect(missing?.reason.hasPrefix("no GPIO chip is called \"\(label)\"") ?? false)
      // The number is taken for as long as somebody holds the chip that went, so that the new one has to have another.
      let returned = try SimulatedChip(label)
      #expect(returned.name != name)
      await watcher.connection.close()
      try returned.pull(0, true)
      let again = try await Watcher(label, driver: driver)
      #expect(try await again.read(points[0]) == .value(.bool(true)))
      try await again.connection.write(.bool(true), to: points[1])
      #expect(try returned.value(1))
      try await again.close()
    }
  }
}

import ModbusSimulator
import Testing

@Suite("A slave's memory has just the addresses that were defined")
struct SlaveMemoryTests {
  let memory = SlaveMemory()

  func read(_ address: UInt8, _ count: UInt8) -> [UInt8]? { memory.answer(to: [3, 0, address, 0, count], unit: 1) }

  @Test("Ranges that touch or overlap are one, and the values last set are kept")
  func merges() {
    memory.define(.holdingRegisters, 10..<20, unit: 1, value: 1)
    memory.define(.holdingRegisters, 30..<40, unit: 1, value: 3)
    #expect(memory.values(.holdingRegisters, 10..<40, unit: 1) == nil)
    memory.define(.holdingRegisters, 18..<32, unit: 1, value: 2)
    let expected = Array(repeating: UInt16(1), count: 8) + Array(repeating: 2, count: 14) + Array(repeating: 3, count: 8)
    #expect(memory.values(.holdingRegisters, 10..<40, unit: 1) == expected)
    memory.set(.holdingRegisters, 40, [4, 5], unit: 1)
    memory.set(.holdingRegisters, 9, 9, unit: 1)
    #expect(memory.values(.holdingRegisters, 9..<42, unit: 1) == [9] + expected + [4, 5])
    memory.define(.holdingRegisters, 0..<50, unit: 1)
    #expect(memory.values(.holdingRegisters, 0..<50, unit: 1) == Array(repeating: 0, count: 50))
    memory.set(.holdingRegisters, 20, [7, 8], unit: 1)
    #expect(memory.values(.holdingRegisters, 19..<23, unit: 1) == [0, 7, 8, 0])
  }

  @Test("Taking addresses away leaves a hole that answers exception 2")
  func undefines() {
    memory.define(.holdingRegisters, 0..<10, unit: 1, value: 5)
    memory.undefine(.holdingRegisters, 4..<6, unit: 1)
    #expect(read(0, 4) == [3, 8, 0, 5, 0, 5, 0, 5, 0, 5])
    #expect(read(0, 5) == [0x83, 2])
    #expect(read(5, 1) == [0x83, 2])
    #expect(read(6, 4) != [0x83, 2])
    memory.removeUnit(1)
    #expect(read(0, 4) == nil)
  }

  @Test("What lies outside of 0...65535 is left out")
  func bounds() {
    memory.define(.holdingRegisters, -5..<2, unit: 1, value: 1)
    memory.define(.holdingRegisters, 65535..<70000, unit: 1, value: 2)
    memory.set(.holdingRegisters, 65534, [8, 9, 10], unit: 1)
    memory.set(.holdingRegisters, 65536, 1, unit: 1)
    memory.set(.holdingRegisters, -1, 1, unit: 1)
    #expect(memory.values(.holdingRegisters, 0..<2, unit: 1) == [1, 1])
    #expect(memory.values(.holdingRegisters, 65534..<65536, unit: 1) == [8, 9])
    #expect(memory.values(.holdingRegisters, 65535..<65537, unit: 1) == nil)
  }

  @Test("A refused address fails every request that touches it, until it is allowed again")
  func refuses() {
    memory.define(.holdingRegisters, 0..<100, unit: 1, value: 1)
    memory.refuse(.holdingRegisters, [50], unit: 1)
    memory.refuse(.holdingRegisters, 60..<62, unit: 1, with: .illegalDataValue)
    #expect(read(0, 50)?.first == 3)
    #expect(read(0, 51) == [0x83, 2])
    #expect(read(51, 10) == [0x83, 3])
    #expect(read(62, 38)?.first == 3)
    #expect(memory.answer(to: [6, 0, 50, 0, 1], unit: 1) == [0x86, 2])
    memory.refuse(.holdingRegisters, [50], unit: 1, with: nil)
    #expect(read(0, 51)?.first == 3)
  }

  @Test("A unit's own limits answer exceptions 1 and 3, and read-only registers the one that was asked for")
  func restrictions() {
    memory.define(.holdingRegisters, 0..<100, unit: 1)
    memory.define(.coils, 0..<100, unit: 1)
    memory.limit(unit: 1, registers: 10, bits: 16)
    #expect(read(0, 10)?.first == 3)
    #expect(read(0, 11) == [0x83, 3])
    #expect(memory.answer(to: [1, 0, 0, 0, 17], unit: 1) == [0x81, 3])
    memory.makeReadOnly(.holdingRegisters, 20..<30, unit: 1, with: .serverDeviceFailure)
    #expect(memory.answer(to: [6, 0, 19, 0, 1], unit: 1) == [6, 0, 19, 0, 1])
    #expect(memory.answer(to: [6, 0, 20, 0, 1], unit: 1) == [0x86, 4])
    #expect(memory.answer(to: [16, 0, 19, 0, 2, 4, 0, 1, 0, 1], unit: 1) == [0x90, 4])
    memory.support(functions: [3], unit: 1)
    #expect(memory.answer(to: [6, 0, 0, 0, 1], unit: 1) == [0x86, 1])
    #expect(read(0, 1) == [3, 2, 0, 0])
  }

  @Test("Sources give their registers when these are read, from the memory's clock")
  func sources() {
    let clock = TestClock()
    let memory = SlaveMemory(seconds: { clock.seconds })
    memory.define(.inputRegisters, 0..<10, unit: 1, value: 1)
    memory.source(.inputRegisters, 4..<6, unit: 1) { [UInt16($0), UInt16($0 * 10), 99] }
    clock.seconds = 2
    #expect(memory.answer(to: [4, 0, 3, 0, 4], unit: 1) == [4, 8, 0, 1, 0, 2, 0, 20, 0, 1])
    clock.seconds = 3
    #expect(memory.values(.inputRegisters, 4..<7, unit: 1) == [3, 30, 1])
    memory.undefine(.inputRegisters, 4..<6, unit: 1)
    memory.define(.inputRegisters, 4..<6, unit: 1, value: 8)
    #expect(memory.values(.inputRegisters, 4..<6, unit: 1) == [8, 8])
  }

  @Test("A source may read the memory it feeds")
  func sourceReads() {
    memory.set(.holdingRegisters, 0, 21, unit: 1)
    memory.source(.holdingRegisters, 1..<2, unit: 1) { [memory] _ in [(memory.value(.holdingRegisters, 0, unit: 1) ?? 0) * 2] }
    #expect(read(0, 2) == [3, 4, 0, 21, 0, 42])
  }
}

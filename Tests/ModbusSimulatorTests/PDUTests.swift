import ModbusSimulator
import Testing

@Suite("A memory answers request PDUs as MODBUS Application Protocol V1.1b3 wants it")
struct PDUTests {
  let memory: SlaveMemory = {
    let memory = SlaveMemory()
    memory.define(.coils, 0..<40, unit: 1)
    memory.set(.discreteInputs, 196, bits: (0..<22).map { [0xAC, 0xDB, 0x35][$0 / 8] >> ($0 % 8) & 1 == 1 }, unit: 1)
    memory.set(.holdingRegisters, 107, [0x022B, 0, 0x0064], unit: 1)
    memory.define(.inputRegisters, 0..<65536, unit: 1, value: 7)
    memory.define(.holdingRegisters, 1000..<1200, unit: 1)
    return memory
  }()

  func answer(_ pdu: [UInt8]) -> [UInt8]? { memory.answer(to: pdu, unit: 1) }

  @Test("The specification's own examples of reads")
  func reads() {
    #expect(answer([2, 0, 0xC4, 0, 0x16]) == [2, 3, 0xAC, 0xDB, 0x35])
    #expect(answer([3, 0, 0x6B, 0, 3]) == [3, 6, 2, 0x2B, 0, 0, 0, 0x64])
    #expect(answer([4, 0, 8, 0, 1]) == [4, 2, 0, 7])
  }

  @Test("Writes answer as the specification's examples, and are seen in the memory")
  func writes() {
    #expect(answer([5, 0, 12, 0xFF, 0]) == [5, 0, 12, 0xFF, 0])
    #expect(memory.value(.coils, 12, unit: 1) == 1)
    #expect(answer([5, 0, 12, 0, 0]) == [5, 0, 12, 0, 0])
    #expect(memory.value(.coils, 12, unit: 1) == 0)
    #expect(answer([6, 0, 107, 0, 3]) == [6, 0, 107, 0, 3])
    #expect(memory.value(.holdingRegisters, 107, unit: 1) == 3)
    #expect(answer([15, 0, 0x13, 0, 0x0A, 2, 0xCD, 1]) == [15, 0, 0x13, 0, 0x0A])
    #expect(memory.values(.coils, 0x13..<0x1D, unit: 1) == [1, 0, 1, 1, 0, 0, 1, 1, 1, 0])
    #expect(answer([16, 0, 107, 0, 2, 4, 0, 0x0A, 1, 2]) == [16, 0, 107, 0, 2])
    #expect(memory.values(.holdingRegisters, 107..<109, unit: 1) == [0x0A, 0x102])
  }

  @Test("A mask write changes only the bits outside of its and-mask, as in the specification's example")
  func mask() {
    memory.set(.holdingRegisters, 4, 0x12, unit: 1)
    #expect(answer([22, 0, 4, 0, 0xF2, 0, 0x25]) == [22, 0, 4, 0, 0xF2, 0, 0x25])
    #expect(memory.value(.holdingRegisters, 4, unit: 1) == 0x17)
  }

  @Test("A request that writes and reads writes first")
  func readWrite() {
    let request: [UInt8] = [23, 0x03, 0xE8, 0, 3, 0x03, 0xE9, 0, 2, 4, 0, 0xFF, 0xAA, 0xBB]
    #expect(answer(request) == [23, 6, 0, 0, 0, 0xFF, 0xAA, 0xBB])
  }

  @Test(
    "What can't be done is an exception, and which one follows the state diagrams",
    arguments: [
      // Quantities
      ([1, 0, 0, 0, 0], 3), ([1, 0, 0, 0x07, 0xD1], 3), ([2, 0, 0, 0x07, 0xD1], 3), ([3, 0, 107, 0, 0], 3), ([3, 0x03, 0xE8, 0, 126], 3),
      ([4, 0, 0, 0, 126], 3), ([4, 0, 0, 0x80, 0], 3), ([16, 0, 107, 0, 0, 0], 3), ([15, 0, 0, 0, 0, 0], 3),
      ([23, 0, 107, 0, 0, 0, 107, 0, 1, 2, 0, 0], 3), ([23, 0, 107, 0, 126, 0, 107, 0, 1, 2, 0, 0], 3),
      ([23, 0, 107, 0, 1, 0, 107, 0, 0, 0], 3),
      // Values, byte counts and lengths
      ([5, 0, 1, 0, 1], 3), ([5, 0, 1, 0xFF, 0xFF], 3), ([16, 0, 107, 0, 2, 3, 0, 0, 0], 3), ([16, 0, 107, 0, 1, 2, 0], 3),
      ([15, 0, 0, 0, 9, 1, 0], 3), ([15, 0, 0, 0, 8, 1, 0, 0], 3), ([3, 0, 107, 0], 3), ([3, 0, 107, 0, 1, 0], 3), ([22, 0, 107, 0, 0], 3),
      ([23, 0, 107, 0, 1, 0, 107, 0, 1, 4, 0, 0], 3), ([16], 3), ([23, 0], 3),
      // Addresses
      ([3, 0, 106, 0, 2], 2), ([3, 0, 107, 0, 4], 2), ([3, 0, 0, 0, 1], 2), ([1, 0, 39, 0, 2], 2), ([5, 0, 40, 0, 0], 2),
      ([6, 0, 106, 0, 0], 2), ([16, 0, 109, 0, 2, 4, 0, 0, 0, 0], 2), ([15, 0, 39, 0, 2, 1, 0], 2), ([22, 0, 1, 0, 0, 0, 0], 2),
      ([4, 0xFF, 0xFF, 0, 2], 2), ([23, 0, 107, 0, 4, 0, 107, 0, 1, 2, 0, 9], 2), ([23, 0, 107, 0, 1, 0, 1, 0, 1, 2, 0, 9], 2),
      // Functions
      ([7], 1), ([8, 0, 0, 0, 0], 1), ([20, 0], 1), ([43, 13, 0, 0], 1), ([43, 14, 1, 0], 1), ([0x64], 1),
    ] as [([UInt8], UInt8)])
  func exceptions(request: [UInt8], exception: UInt8) {
    #expect(answer(request) == [request[0] | 0x80, exception])
    #expect(memory.values(.holdingRegisters, 107..<110, unit: 1) == [0x022B, 0, 0x0064], "nothing was written")
  }

  @Test("The largest requests that the protocol allows are served")
  func largest() {
    memory.define(.coils, 0..<2000, unit: 1, value: 1)
    memory.define(.discreteInputs, 0..<2000, unit: 1, value: 1)
    #expect(answer([1, 0, 0, 0x07, 0xD0]) == [1, 250] + Array(repeating: 0xFF, count: 250))
    #expect(answer([2, 0, 0, 0x07, 0xD0]) == [2, 250] + Array(repeating: 0xFF, count: 250))
    #expect(answer([4, 0, 0, 0, 125])?.count == 252)
    #expect(answer([4, 0xFF, 0xFF, 0, 1]) == [4, 2, 0, 7])
    #expect(answer([16, 0x03, 0xE8, 0, 123, 246] + Array(repeating: 1, count: 246)) == [16, 0x03, 0xE8, 0, 123])
    #expect(answer([16, 0x03, 0xE8, 0, 124, 248] + Array(repeating: 1, count: 248)) == [0x90, 3])
    #expect(answer([15, 0, 0, 0x07, 0xB0, 246] + Array(repeating: 0, count: 246)) == [15, 0, 0, 0x07, 0xB0])
    #expect(answer([15, 0, 0, 0x07, 0xB1, 247] + Array(repeating: 0, count: 247)) == [0x8F, 3])
    let write: [UInt8] = [0x03, 0xE8, 0, 121, 242] + Array(repeating: 2, count: 242)
    #expect(answer([23, 0x03, 0xE8, 0, 125] + write)?.prefix(4) == [23, 250, 2, 2])
  }

  @Test("A unit that isn't there gives no answer")
  func unknownUnit() {
    #expect(memory.answer(to: [3, 0, 107, 0, 1], unit: 2) == nil)
    #expect(memory.values(.holdingRegisters, 0..<1, unit: 2) == nil)
  }
}

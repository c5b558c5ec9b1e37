import ModbusDriver
import ModbusSimulator
import Synchronization

/// Simulated units whose registers tell by their values which unit, address and request they were read by, so that an
/// answer to any other request is found out.
struct CountedSlaves: Sendable {
  static let units: ClosedRange<UInt8> = 1...3
  /// The registers that can be read; those above can be written, and keep what is written.
  static let counted = 0..<400
  static let plain = 400..<500

  let memory = SlaveMemory()
  private let counts = Counts()

  private final class Counts: Sendable {
    let values = Mutex<[UInt8: Int]>([:])
  }

  init() {
    for unit in Self.units {
      for table: SlaveTable in [.holdingRegisters, .inputRegisters] {
        memory.define(table, 0..<500, unit: unit)
        memory.source(table, Self.counted, unit: unit) { [counts] _ in
          let count = counts.values.withLock { counts in
            counts[unit, default: 0] += 1
            return counts[unit, default: 0]
          }
          return Self.counted.map { Self.value(unit, $0, count) }
        }
      }
    }
  }

  /// What the last read of a unit's registers has to have given.
  func lastValues(unit: UInt8, addresses: Range<Int>) -> [UInt16] {
    let count = counts.values.withLock { $0[unit, default: 0] }
    return addresses.map { Self.value(unit, $0, count) }
  }

  private static func value(_ unit: UInt8, _ address: Int, _ count: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: address &* 31 &+ Int(unit) &* 4099 &+ count &* 7919)
  }
}

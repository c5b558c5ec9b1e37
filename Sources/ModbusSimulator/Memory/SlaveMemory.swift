import Synchronization

/// The registers and bits of one or many simulated Modbus slaves ("units"), shared by whoever sets values and by the
/// simulators that serve them.
///
/// Only addresses that were defined exist: a request that touches another one is answered with exception 2, as by a
/// real device. Addresses count from 0, as on the wire.
public final class SlaveMemory: Sendable {
  private let units = Mutex<[UInt8: SlaveUnit]>([:])
  private let seconds: @Sendable () -> Double

  /// An empty memory.
  ///
  /// - Parameter seconds: The time that moving values are computed from, in seconds from any start; the machine's
  ///   monotonic clock, counted from now, unless given.
  public init(seconds: (@Sendable () -> Double)? = nil) {
    if let seconds {
      self.seconds = seconds
    } else {
      let start = MonotonicClock.microseconds
      self.seconds = { Double(MonotonicClock.microseconds - start) / 1e6 }
    }
  }

  /// The units that exist, in order.
  public var unitIdentifiers: [UInt8] { units.withLock { $0.keys.sorted() } }

  /// Whether a unit exists.
  public func hasUnit(_ unit: UInt8) -> Bool { units.withLock { $0[unit] != nil } }

  /// Makes a unit exist without any address.
  public func addUnit(_ unit: UInt8) { change(unit) { _ in } }

  /// Takes a unit away: from now on it is an unknown one.
  public func removeUnit(_ unit: UInt8) { units.withLock { _ = $0.removeValue(forKey: unit) } }

  /// Makes addresses exist.
  ///
  /// - Parameters:
  ///   - addresses: The addresses; what lies outside of 0..<65536 is left out.
  ///   - value: What they hold: a register's value, or 0 and 1 for bits. Addresses that existed are set to it too.
  public func define(_ table: SlaveTable, _ addresses: Range<Int>, unit: UInt8, value: UInt16 = 0) {
    let addresses = addresses.clamped(to: 0..<65536)
    change(unit) { $0.tables[table.index].define(from: addresses.lowerBound, Array(repeating: value, count: addresses.count)) }
  }

  /// Makes addresses exist no more. Sources and signals that give any of them end.
  public func undefine(_ table: SlaveTable, _ addresses: Range<Int>, unit: UInt8) {
    change(unit) { unit in
      unit.tables[table.index].undefine(addresses)
      unit.sources.removeAll { $0.table == table && $0.range.overlaps(addresses) }
    }
  }

  /// Sets the values from an address on; addresses that didn't exist do now.
  ///
  /// Values that would lie beyond address 65535, or before 0, are left out.
  public func set(_ table: SlaveTable, _ address: Int, _ values: [UInt16], unit: UInt8) {
    guard (0..<65536).contains(address) else { return }
    change(unit) { $0.tables[table.index].define(from: address, Array(values.prefix(65536 - address))) }
  }

  /// Sets one value; an address that didn't exist does now.
  public func set(_ table: SlaveTable, _ address: Int, _ value: UInt16, unit: UInt8) {
    set(table, address, [value], unit: unit)
  }

  /// Sets bits from an address on; addresses that didn't exist do now.
  public func set(_ table: SlaveTable, _ address: Int, bits: [Bool], unit: UInt8) {
    set(table, address, bits.map { $0 ? 1 : 0 }, unit: unit)
  }

  /// The values of a range as a request would read them now (bits as 0 and 1); `nil` when an address isn't defined.
  public func values(_ table: SlaveTable, _ addresses: Range<Int>, unit: UInt8) -> [UInt16]? {
    refresh(unit) { $0 == table && $1.overlaps(addresses) }
    return units.withLock { $0[unit]?.tables[table.index].values(addresses).map { Array($0) } }
  }

  /// The value of one address as a request would read it now; `nil` when it isn't defined.
  public func value(_ table: SlaveTable, _ address: Int, unit: UInt8) -> UInt16? {
    values(table, address..<(address + 1), unit: unit)?.first
  }

  func change(_ unit: UInt8, _ body: (inout SlaveUnit) -> Void) {
    units.withLock { body(&$0[unit, default: SlaveUnit()]) }
  }

  /// The answer to a request, `nil` when there is no such unit.
  ///
  /// - Parameters:
  ///   - pdu: The request from its function code on, without unit and checksum.
  ///   - unit: The unit it is for.
  /// - Returns: The answer from its function code on, which may be an exception.
  public func answer(to pdu: [UInt8], unit: UInt8) -> [UInt8]? {
    if let shape = RequestShape(pdu: pdu) {
      let read = shape.address..<(shape.address + shape.count)
      refresh(unit) { $0 == shape.table && $1.overlaps(read) }
    }
    return units.withLock { units in
      // Taken out while it is changed, so that its tables aren't copied.
      guard var server = units.removeValue(forKey: unit).map(PDUServer.init) else { return nil }
      let answer = server.answer(to: pdu)
      units[unit] = server.unit
      return answer
    }
  }

  /// Stores what the sources of these addresses say now.
  private func refresh(_ unit: UInt8, where isWanted: (SlaveTable, Range<Int>) -> Bool) {
    let sources = units.withLock { units in
      (units[unit]?.sources ?? []).filter { isWanted($0.table, $0.range) }
    }
    if sources.isEmpty { return }
    // Called without the lock: a source may read this memory.
    let now = seconds()
    let fresh = sources.map { (source: $0, values: Array($0.values(now).prefix($0.range.count))) }
    units.withLock { units in
      for (source, values) in fresh { _ = units[unit]?.tables[source.table.index].replace(from: source.range.lowerBound, values) }
    }
  }
}

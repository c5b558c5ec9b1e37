extension SlaveMemory {
  /// Sets the registers of a number; addresses that didn't exist do now.
  public func set(_ table: SlaveTable, _ address: Int, _ value: Double, as encoding: RegisterEncoding, unit: UInt8) {
    set(table, address, encoding.registers(value), unit: unit)
  }

  /// Lets registers follow a signal: each read finds the signal's value of that moment.
  public func drive(_ table: SlaveTable, _ address: Int, unit: UInt8, by signal: Signal, as encoding: RegisterEncoding) {
    source(table, address..<(address + encoding.width), unit: unit) { encoding.registers(signal.value(at: $0)) }
  }

  /// Lets a bit follow a signal: it is 1 while the signal is 0.5 or more.
  public func drive(_ table: SlaveTable, _ address: Int, unit: UInt8, by signal: Signal) {
    source(table, address..<(address + 1), unit: unit) { [signal.value(at: $0) >= 0.5 ? 1 : 0] }
  }
}

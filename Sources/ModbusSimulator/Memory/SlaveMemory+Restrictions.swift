extension SlaveMemory {
  /// Lets single addresses refuse every request that touches them, although they are defined: devices have such holes
  /// in the midst of their tables.
  ///
  /// - Parameter exception: What a request that touches them is answered with; `nil` lets them be read again.
  public func refuse(
    _ table: SlaveTable, _ addresses: some Sequence<Int>, unit: UInt8, with exception: ModbusExceptionCode? = .illegalDataAddress
  ) {
    change(unit) { unit in
      for address in addresses { unit.refused[table.index][address] = exception }
    }
  }

  /// Lets a range refuse to be written.
  ///
  /// - Parameter exception: What a request that writes there is answered with.
  public func makeReadOnly(
    _ table: SlaveTable, _ addresses: Range<Int>, unit: UInt8, with exception: ModbusExceptionCode = .illegalDataAddress
  ) {
    change(unit) { $0.readOnly[table.index].append((addresses, exception)) }
  }

  /// Lets a unit take smaller requests than the protocol allows; larger ones are answered with exception 3.
  ///
  /// - Parameters:
  ///   - registers: The most registers in a request, `nil` for the protocol's own limits.
  ///   - bits: The most coils or discrete inputs in a request, `nil` for the protocol's own limits.
  public func limit(unit: UInt8, registers: Int? = nil, bits: Int? = nil) {
    change(unit) {
      $0.maximumRegisters = registers
      $0.maximumBits = bits
    }
  }

  /// Lets a unit know only some function codes; others are answered with exception 1.
  ///
  /// - Parameter functions: The function codes, `nil` for all that the simulator has: 1 to 6, 15, 16, 22, 23 and 43.
  public func support(functions: Set<UInt8>?, unit: UInt8) {
    change(unit) { $0.functions = functions }
  }

  /// Gives a unit an identity for function code 43/14; `nil` takes it away, and the function answers exception 1.
  public func identify(_ unit: UInt8, as identity: SlaveIdentity?) {
    change(unit) { $0.identity = identity }
  }

  /// Lets values be made when they are read.
  ///
  /// The addresses become defined. A write to them succeeds, but the next read asks the source again.
  ///
  /// - Parameters:
  ///   - values: Called before every request that touches one of the addresses, with the memory's time in seconds,
  ///     on the simulator's thread: it has to be quick. What is missing keeps its value, what is too much is left out.
  public func source(
    _ table: SlaveTable, _ addresses: Range<Int>, unit: UInt8, values: @escaping @Sendable (_ seconds: Double) -> [UInt16]
  ) {
    let addresses = addresses.clamped(to: 0..<65536)
    define(table, addresses, unit: unit)
    change(unit) { $0.sources.append(SlaveSource(table: table, range: addresses, values: values)) }
  }
}

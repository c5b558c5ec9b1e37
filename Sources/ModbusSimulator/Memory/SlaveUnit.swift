/// One unit of a memory: its tables, and where it is more restricted than the protocol.
struct SlaveUnit: Sendable {
  var tables = [SparseTable](repeating: SparseTable(), count: SlaveTable.allCases.count)
  /// Addresses that refuse every access, and the exception they answer.
  var refused: [[Int: ModbusExceptionCode]] = Array(repeating: [:], count: SlaveTable.allCases.count)
  /// Ranges that refuse to be written, and the exception they answer.
  var readOnly: [[(range: Range<Int>, exception: ModbusExceptionCode)]] = Array(repeating: [], count: SlaveTable.allCases.count)
  var functions: Set<UInt8>?
  var maximumRegisters: Int?
  var maximumBits: Int?
  var identity: SlaveIdentity?
  var sources: [SlaveSource] = []

  /// The values of a range.
  func read(_ table: SlaveTable, _ range: Range<Int>) throws(ModbusExceptionCode) -> ArraySlice<UInt16> {
    guard let values = tables[table.index].values(range) else { throw .illegalDataAddress }
    try checkRefused(table, range)
    return values
  }

  /// Whether a range may be written.
  func checkWrite(_ table: SlaveTable, _ range: Range<Int>) throws(ModbusExceptionCode) {
    guard tables[table.index].defines(range) else { throw .illegalDataAddress }
    try checkRefused(table, range)
    for rule in readOnly[table.index] where rule.range.overlaps(range) { throw rule.exception }
  }

  /// Replaces the values of a range that ``checkWrite(_:_:)`` allowed.
  mutating func write(_ table: SlaveTable, from start: Int, _ values: some Collection<UInt16>) throws(ModbusExceptionCode) {
    guard tables[table.index].replace(from: start, values) else { throw .illegalDataAddress }
  }

  private func checkRefused(_ table: SlaveTable, _ range: Range<Int>) throws(ModbusExceptionCode) {
    let refused = refused[table.index]
    if refused.isEmpty { return }
    for address in range {
      if let exception = refused[address] { throw exception }
    }
  }
}

/// A range of registers or bits whose values are made when they are read.
struct SlaveSource: Sendable {
  var table: SlaveTable
  var range: Range<Int>
  var values: @Sendable (_ seconds: Double) -> [UInt16]
}

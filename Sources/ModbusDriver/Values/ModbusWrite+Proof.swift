extension ModbusWrite {
  /// What is written.
  var span: RegisterSpan {
    switch self {
    case .coil(let address, _): RegisterSpan(table: .coil, start: address, count: 1)
    case .coils(let address, let values): RegisterSpan(table: .coil, start: address, count: values.count)
    case .register(let address, _), .mask(let address, _, _, _): RegisterSpan(table: .holding, start: address, count: 1)
    case .registers(let address, let values): RegisterSpan(table: .holding, start: address, count: values.count)
    }
  }

  /// Whether what was read is what was written.
  ///
  /// - Parameter offset: Where in the data the written addresses begin.
  func isShown(by data: ModbusData, at offset: Int) -> Bool {
    guard offset >= 0, offset + span.count <= data.count else { return false }
    let place = offset..<(offset + span.count)
    return switch (self, data) {
    case (.coil(_, let wanted), .bits(let found)): found[offset] == wanted
    case (.coils(_, let wanted), .bits(let found)): Array(found[place]) == wanted
    case (.register(_, let wanted), .registers(let found)): found[offset] == wanted
    case (.registers(_, let wanted), .registers(let found)): Array(found[place]) == wanted
    case (.mask(_, let and, let or, _), .registers(let found)): (found[offset] ^ or) & ~and == 0
    default: false
    }
  }
}

extension RegisterSpan {
  /// Whether some address is in both.
  func overlaps(_ other: RegisterSpan) -> Bool { table == other.table && start < other.end && other.start < end }
}

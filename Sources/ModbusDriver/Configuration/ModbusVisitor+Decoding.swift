extension ModbusVisitor: Decodable {
  private enum Key: String, CodingKey {
    case register, offset, limit, scale, isSwap, isRegisterSwap
    case dataType, bit, byteOrder, stringOrder, valueOffset, precision, count, writeFunction, oneRequest
    case enumeration = "enum"
  }

  /// Reads a visitor in KubeEdge's words and ours.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let register = try container.decode(String.self, forKey: .register)
    guard let table = RegisterTable(name: register) else {
      let words = RegisterTable.allCases.map(\.rawValue).joined(separator: ", ")
      throw container.mismatch(.register, "expected one of \(words), found \"\(register.prefix(64))\"")
    }
    guard let offset = try container.lenientInteger(.offset) else { throw container.mismatch(.offset, "is missing") }
    self.init(table: table, offset: offset)
    limit = try container.lenientInteger(.limit)
    scaling = DecimalScaling(
      scale: try container.lenientNumber(.scale) ?? 1, offset: try container.lenientNumber(.valueOffset) ?? 0)
    bit = try container.lenientInteger(.bit)
    precision = try container.lenientInteger(.precision)
    count = try container.lenientInteger(.count)
    stringOrder = try container.lenientWord(StringOrder.self, .stringOrder)
    writeFunction = try container.lenientWord(WriteFunction.self, .writeFunction) ?? .auto
    oneRequest = try container.lenientBool(.oneRequest) ?? false
    try decodeDataType(container)
    try decodeByteOrder(container)
    try decodeEnumeration(container)
  }

  private mutating func decodeDataType(_ container: KeyedDecodingContainer<Key>) throws {
    guard let word = try container.decodeIfPresent(String.self, forKey: .dataType) else { return }
    let lowercased = word.lowercased()
    if let type = ModbusDataType(rawValue: lowercased) {
      dataType = type
    } else if let kind = Kind(rawValue: lowercased) {
      self.kind = kind
    } else if lowercased == "boolean" {
      dataType = .bool
    } else {
      let words = ModbusDataType.allCases.map(\.rawValue).joined(separator: ", ")
      throw container.mismatch(.dataType, "expected one of \(words), found \"\(word.prefix(64))\"")
    }
  }

  private mutating func decodeByteOrder(_ container: KeyedDecodingContainer<Key>) throws {
    let swapsBytes = try container.lenientBool(.isSwap) ?? false
    let swapsRegisters = try container.lenientBool(.isRegisterSwap) ?? false
    let switches = ByteOrder(swapsRegisters: swapsRegisters, swapsBytes: swapsBytes)
    byteOrder = try container.lenientWord(ByteOrder.self, .byteOrder) ?? switches
    // KubeEdge's samples always write both switches, so `false` says nothing.
    if swapsBytes || swapsRegisters, byteOrder != switches {
      contradiction = Contradiction(
        path: "byteOrder", problem: "\(byteOrder) contradicts isSwap and isRegisterSwap, which mean \(switches)")
    }
  }

  private mutating func decodeEnumeration(_ container: KeyedDecodingContainer<Key>) throws {
    for (key, text) in try container.decodeIfPresent([String: String].self, forKey: .enumeration) ?? [:] {
      guard let raw = Int64(key) else {
        throw container.mismatch(.enumeration, "expected integers as names, found \"\(key.prefix(64))\"")
      }
      enumeration[raw] = text
    }
  }
}

extension PDUServer {
  /// The largest PDU (MODBUS Application Protocol V1.1b3, section 4.1).
  static let maximumLength = 253

  /// Function code 43: of its transports only 14, Read Device Identification.
  func identify(_ pdu: [UInt8]) throws(ModbusExceptionCode) -> [UInt8] {
    guard let identity = unit.identity, pdu.count >= 2, pdu[1] == 14 else { throw .illegalFunction }
    try expectLength(pdu, 4)
    let code = pdu[2]
    let wanted = pdu[3]
    guard (1...4).contains(code), code != 4 || identity.servesSingleObjects else { throw .illegalDataValue }

    let ids: [UInt8]
    if code == 4 {
      guard identity.objects[wanted] != nil else { throw .illegalDataAddress }
      ids = [wanted]
    } else {
      // A level that the device doesn't have is answered with what it has.
      let last: UInt8 = code == 1 ? 2 : code == 2 ? 0x7F : 0xFF
      let all = identity.objects.keys.filter { $0 <= last }.sorted()
      // An unknown object means the first one.
      ids = all.contains(wanted) ? all.filter { $0 >= wanted } : all
    }

    var body: [UInt8] = []
    var count: UInt8 = 0
    var next: UInt8?
    for id in ids {
      let value = (identity.objects[id] ?? []).prefix(Self.maximumLength - 9)
      guard 7 + body.count + 2 + value.count <= Self.maximumLength else {
        next = id
        break
      }
      body += [id, UInt8(value.count)] + value
      count += 1
    }
    return [43, 14, code, identity.conformityLevel, next == nil ? 0 : 0xFF, next ?? 0, count] + body
  }
}

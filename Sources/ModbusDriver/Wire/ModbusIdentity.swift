/// What a unit says of itself (function 43, type 14; MODBUS Application Protocol V1.1b3, section 6.21).
public struct ModbusIdentity: Sendable, Hashable {
  /// The objects by their numbers, text as a rule.
  public var objects: [UInt8: [UInt8]]

  /// An identity.
  public init(objects: [UInt8: [UInt8]] = [:]) { self.objects = objects }

  /// Who made it.
  public var vendor: String? { text(0) }
  /// The product's code.
  public var productCode: String? { text(1) }
  /// The revision.
  public var revision: String? { text(2) }
  /// Where its maker is found on the web.
  public var vendorURL: String? { text(3) }
  /// The product's name.
  public var product: String? { text(4) }
  /// The model's name.
  public var model: String? { text(5) }
  /// The name its user gave to what it does.
  public var application: String? { text(6) }

  /// An object as text, without the spaces and NULs that some devices fill it up with; `nil` when there is none.
  public func text(_ object: UInt8) -> String? {
    guard let bytes = objects[object] else { return nil }
    let end = bytes.lastIndex { $0 != 0 && $0 != 0x20 }.map { $0 + 1 } ?? 0
    return end == 0 ? nil : String(decoding: bytes[..<end], as: UTF8.self)
  }
}

extension ModbusClient {
  /// Asks a unit who it is: the basic and regular objects, or the basic ones where it has no more.
  ///
  /// - Throws: ``ModbusError``; of a unit without identification, ``ModbusError/Code/illegalFunction`` as a rule.
  public func identity(of unit: UInt8) throws(ModbusError) -> ModbusIdentity {
    do {
      return try identity(of: unit, code: 2)
    } catch  where error.code == .illegalDataValue || error.code == .illegalDataAddress {
      return try identity(of: unit, code: 1)
    }
  }

  private func identity(of unit: UInt8, code: UInt8) throws(ModbusError) -> ModbusIdentity {
    var identity = ModbusIdentity()
    var first: UInt8 = 0
    while true {
      guard case .identification(let page) = try send(.readDeviceIdentification(code: code, objectID: first), to: unit) else {
        throw ModbusError(.invalidAnswer, "unit \(unit) answers no identification")
      }
      for object in page.objects { identity.objects[object.id] = object.bytes }
      guard let next = page.next else { return identity }
      // Each page has to lead further, or a unit could be asked for ever.
      guard next > first else { throw ModbusError(.invalidAnswer, "unit \(unit) goes back from object \(first) to \(next)") }
      first = next
    }
  }
}

/// What a device says of itself: the objects of function code 43/14, Read Device Identification (MODBUS Application
/// Protocol V1.1b3, section 6.21).
public struct SlaveIdentity: Sendable, Hashable {
  /// The objects by id: 0...2 basic, 3...0x7F regular, 0x80...0xFF extended. A value has at most 244 bytes; what is
  /// longer is cut when it is sent.
  public var objects: [UInt8: [UInt8]]
  /// Whether single objects can be asked for (read code 4); else that answers exception 3.
  public var servesSingleObjects: Bool

  /// An identity from the objects that have a name in the specification; those that are `nil` don't exist.
  public init(
    vendorName: String, productCode: String, revision: String, vendorURL: String? = nil, productName: String? = nil,
    modelName: String? = nil, userApplicationName: String? = nil, servesSingleObjects: Bool = true
  ) {
    objects = [:]
    self.servesSingleObjects = servesSingleObjects
    let texts = [vendorName, productCode, revision, vendorURL, productName, modelName, userApplicationName]
    for (id, text) in texts.enumerated() {
      if let text { objects[UInt8(id)] = Array(text.utf8) }
    }
  }

  /// An identity from any objects.
  public init(objects: [UInt8: [UInt8]], servesSingleObjects: Bool = true) {
    self.objects = objects
    self.servesSingleObjects = servesSingleObjects
  }

  /// 1 basic, 2 regular, 3 extended; 0x80 added when single objects can be asked for.
  var conformityLevel: UInt8 {
    let highest = objects.keys.max() ?? 0
    let level: UInt8 = highest >= 0x80 ? 3 : highest > 2 ? 2 : 1
    return servesSingleObjects ? level | 0x80 : level
  }
}

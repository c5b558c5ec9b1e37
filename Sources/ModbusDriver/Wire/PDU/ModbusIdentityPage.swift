/// One answer to a request for a unit's identification (function 43, type 14).
public struct ModbusIdentityPage: Sendable, Hashable {
  /// An identification object.
  public struct Object: Sendable, Hashable {
    /// Its number: 0 vendor, 1 product code, 2 revision, 3 vendor's URL, 4 product, 5 model, 6 application; above 127 the
    /// vendor's own.
    public let id: UInt8
    /// Its content, text as a rule.
    public let bytes: [UInt8]

    /// An object.
    public init(id: UInt8, bytes: [UInt8]) {
      self.id = id
      self.bytes = bytes
    }
  }

  /// The unit's conformity level, as it says.
  public let conformity: UInt8
  /// The object to ask for next, if there are more.
  public let next: UInt8?
  /// The objects of this answer.
  public let objects: [Object]

  /// A page.
  public init(conformity: UInt8, next: UInt8?, objects: [Object]) {
    self.conformity = conformity
    self.next = next
    self.objects = objects
  }
}

extension DriverSchema {
  /// A command that devices of the driver know.
  ///
  /// A device method of a command's name (`spec.methods[].name` of a DeviceModel or Device) is carried out by the driver, for
  /// each property that the method names; other methods set their properties.
  public struct Command: Sendable, Hashable {
    /// The command's name.
    public var name: String
    /// What its argument is, as half a sentence; `nil` when it takes none.
    public var argument: String?
    /// What it does, as half a sentence.
    public var doc: String

    /// A command.
    public init(_ name: String, argument: String? = nil, doc: String) {
      self.name = name
      self.argument = argument
      self.doc = doc
    }
  }
}

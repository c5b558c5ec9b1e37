extension SerialLine {
  /// The silence between two frames, in microseconds: 3.5 characters; 1,750 µs above 19,200 baud (MODBUS over Serial Line
  /// V1.02, section 2.5.1.1).
  public var frameSilence: Int64 { baudRate > 19_200 ? 1750 : Int64((characterTime * 3.5).rounded(.up)) }

  /// How long a number of characters occupies the line, in microseconds.
  public func time(ofCharacters count: Int) -> Int64 { Int64((characterTime * Double(count)).rounded(.up)) }
}

/// What a chip of this machine has, for people.
public struct ChipListing: Sendable, Hashable {
  /// One of its lines.
  public struct Line: Sendable, Hashable {
    /// Its place on the chip, counted from 0.
    public var offset: Int
    /// Its name, if the board gives it one.
    public var name: String?
    /// Whether it is driven.
    public var isOutput: Bool
    /// Whether somebody has it.
    public var isUsed: Bool
    /// Who has it, where they say so.
    public var consumer: String?

    /// A line.
    public init(offset: Int, name: String? = nil, isOutput: Bool = false, isUsed: Bool = false, consumer: String? = nil) {
      self.offset = offset
      self.name = name
      self.isOutput = isOutput
      self.isUsed = isUsed
      self.consumer = consumer
    }
  }

  /// Its name, for instance `gpiochip0`.
  public var name: String
  /// Its label.
  public var label: String
  /// Its lines, in order.
  public var lines: [Line]

  /// A chip.
  public init(name: String, label: String, lines: [Line]) {
    self.name = name
    self.label = label
    self.lines = lines
  }

  /// The chips of this machine, as the kernel has them; no line is touched.
  ///
  /// - Parameter name: The name, path or label of the only one to list; `nil` lists all.
  /// - Returns: The chips, and why others couldn't be asked, as sentences.
  /// - Throws: An error that says why the one that is named can't be listed.
  public static func chips(_ name: String? = nil) throws -> (chips: [ChipListing], problems: [String]) {
    try chips(name, .system)
  }

  static func chips(_ name: String?, _ finder: ChipFinder) throws(GPIOError) -> (chips: [ChipListing], problems: [String]) {
    if let name { return ([try ChipListing(try finder.chip(name))], []) }
    var chips: [ChipListing] = []
    var problems: [String] = []
    for path in finder.paths() {
      do throws(GPIOError) {
        chips.append(try ChipListing(try finder.open(path)))
      } catch {
        problems.append(error.description)
      }
    }
    return (chips, problems)
  }

  private init(_ chip: any GPIOChip) throws(GPIOError) {
    defer { chip.close() }
    name = chip.name
    label = chip.label
    lines = []
    for offset in 0..<chip.lineCount {
      let info = try chip.info(of: offset)
      lines.append(Line(offset: offset, name: info.name, isOutput: info.isOutput, isUsed: info.isUsed, consumer: info.consumer))
    }
  }
}

/// The chips of a connection, and where on them the lines are that visitors name.
struct LineDirectory {
  private let finder: ChipFinder
  /// The only chip; `nil`: whichever has a line of the name.
  private let chipName: String?
  private var chips: [String: any GPIOChip] = [:]
  private var places: [LineName: (chip: String, offset: Int)] = [:]

  /// Opens the chip, if one is named.
  init(chip: String?, finder: ChipFinder) throws(GPIOError) {
    self.finder = finder
    chipName = chip
    guard let chip else { return }
    let opened = try finder.chip(chip)
    chips[opened.name] = opened
  }

  /// Where lines are.
  ///
  /// - Throws: ``GPIOError`` when there is no such line, or when they are on different chips.
  mutating func key(of lines: [LineName]) throws(GPIOError) -> LineKey {
    var key = LineKey(chip: "", offsets: [])
    for line in lines {
      let place = try place(of: line)
      guard key.offsets.isEmpty || key.chip == place.chip else {
        throw GPIOError("the lines are on different chips, \(key.chip) and \(place.chip), and can't be set together")
      }
      guard !key.offsets.contains(place.offset) else { throw GPIOError("line \(place.offset) of \(place.chip) is named twice") }
      key.chip = place.chip
      key.offsets.append(place.offset)
    }
    return key
  }

  private mutating func place(of line: LineName) throws(GPIOError) -> (chip: String, offset: Int) {
    if let place = places[line] { return place }
    let place: (chip: String, offset: Int)
    switch line {
    case .offset(let offset):
      guard chipName != nil, let chip = chips.values.first else { throw GPIOError("\(line) is on no chip") }
      place = (chip.name, offset)
    case .name(let name):
      if let found = Self.find(name, on: Array(chips.values)) {
        place = found
      } else if chipName != nil, let chip = chips.values.first {
        // A chip that has gone names none of its lines.
        _ = try chip.info(of: 0)
        throw GPIOError("no line of \(chip.name) (\(chip.label)) is called \"\(name)\"")
      } else {
        let found = try finder.chip(withLine: name)
        chips[found.chip.name] = found.chip
        place = (found.chip.name, found.offset)
      }
    }
    places[line] = place
    return place
  }

  private static func find(_ name: String, on chips: [any GPIOChip]) -> (chip: String, offset: Int)? {
    for chip in chips {
      if let offset = ChipFinder.offset(of: name, on: chip) { return (chip.name, offset) }
    }
    return nil
  }

  /// The chip of a name that ``key(of:)`` gave.
  func chip(_ name: String) throws(GPIOError) -> any GPIOChip {
    guard let chip = chips[name] else { throw GPIOError("\(name) is closed") }
    return chip
  }

  /// Lets go of the chips.
  mutating func close() {
    for chip in chips.values { chip.close() }
    chips = [:]
    places = [:]
  }
}

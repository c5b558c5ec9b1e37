import TwinProtocol

/// A device's changes as bytes, one after the other: a value with its times takes some twenty and no allocation of its own.
struct ChangeLog: Sendable {
  private var names: [String] = []
  private var places: [String: Int] = [:]
  private var bytes: [UInt8] = []
  /// Where the oldest change begins.
  private var start = 0

  /// How many bytes the changes take, their property's names included.
  var count: Int { bytes.count - start + nameBytes }
  private var nameBytes = 0

  mutating func append(_ change: ValueChange, uptime: Int64) {
    var entry: [UInt8] = []
    let place = place(of: change.property)
    entry.reserveCapacity(change.value.value.utf8.count + 24)
    entry.append(integer: uptime)
    entry.append(integer: Int64(place))
    entry.append(Self.flags(of: change))
    if let timestamp = change.value.timestamp { entry.append(integer: timestamp) }
    entry.append(text: change.value.value)
    if let reason = change.value.reason { entry.append(text: reason) }
    bytes.append(integer: Int64(entry.count))
    bytes += entry
  }

  private mutating func place(of name: String) -> Int {
    if let place = places[name] { return place }
    names.append(name)
    places[name] = names.count - 1
    nameBytes += 2 * name.utf8.count + 64
    return names.count - 1
  }

  /// Drops what happened before a moment.
  mutating func dropAll(before uptime: Int64) {
    while start < bytes.count {
      var reader = ByteReader(bytes: bytes, place: start)
      let size = Int(reader.integer())
      let next = reader.place + size
      guard reader.integer() < uptime else { break }
      start = next
    }
    compact()
  }

  /// Drops the oldest changes until the rest takes no more than so many bytes.
  mutating func dropOldest(downTo limit: Int) {
    while start < bytes.count, count > limit {
      var reader = ByteReader(bytes: bytes, place: start)
      let size = Int(reader.integer())
      start = reader.place + size
    }
    compact()
  }

  private mutating func compact() {
    // Of a device of which nothing is told the names would else stay for ever.
    guard start < bytes.count else {
      self = ChangeLog()
      return
    }
    guard start > 256, start > bytes.count / 2 else { return }
    bytes = Array(bytes[start...])
    start = 0
  }

  /// The changes since a moment, the oldest first.
  func changes(since uptime: Int64) -> [ValueChange] {
    var changes: [ValueChange] = []
    var reader = ByteReader(bytes: bytes, place: start)
    while reader.place < bytes.count {
      let size = Int(reader.integer())
      let end = reader.place + size
      if reader.integer() >= uptime {
        let name = names[Int(reader.integer())]
        let flags = reader.byte()
        let timestamp = flags & 16 == 0 ? nil : reader.integer()
        var value = TwinValue(reader.text(), timestamp: timestamp)
        value.quality = Self.qualities[Int(flags >> 2 & 3)]
        if flags & 2 != 0 { value.reason = reader.text() }
        changes.append(ValueChange(property: name, side: flags & 1 == 0 ? .reported : .desired, value: value))
      }
      reader.place = end
    }
    return changes
  }

  /// In the order of their bits in ``flags(of:)``.
  private static let qualities: [String?] = [nil, "uncertain", "bad", "other"]

  private static func flags(of change: ValueChange) -> UInt8 {
    let quality = UInt8(qualities.firstIndex(of: change.value.quality) ?? 3)
    return (change.side == .desired ? 1 : 0) | (change.value.reason == nil ? 0 : 2) | quality << 2
      | (change.value.timestamp == nil ? 0 : 16)
  }
}

extension [UInt8] {
  /// Appends a number, small ones in few bytes.
  fileprivate mutating func append(integer: Int64) {
    var rest = UInt64(bitPattern: integer)
    while rest > 127 {
      append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  fileprivate mutating func append(text: String) {
    append(integer: Int64(text.utf8.count))
    append(contentsOf: text.utf8)
  }
}

/// Reads what a ``ChangeLog`` has written.
private struct ByteReader {
  let bytes: [UInt8]
  var place: Int

  mutating func byte() -> UInt8 {
    defer { place += 1 }
    return bytes[place]
  }

  mutating func integer() -> Int64 {
    var (number, shift): (UInt64, UInt64) = (0, 0)
    while true {
      let next = byte()
      number |= UInt64(next & 127) << shift
      if next < 128 { return Int64(bitPattern: number) }
      shift += 7
    }
  }

  mutating func text() -> String {
    let size = Int(integer())
    defer { place += size }
    return String(decoding: bytes[place..<place + size], as: UTF8.self)
  }
}

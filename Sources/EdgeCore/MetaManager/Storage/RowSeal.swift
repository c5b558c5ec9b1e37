import TwinProtocol

/// A checksum over what a row says: SQLite has none, and would give back a value with a flipped bit as if nothing were.
struct RowSeal {
  private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

  mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }

  mutating func add(_ number: Int64) { mix(UInt64(bitPattern: number)) }

  private mutating func add(_ bytes: UnsafeRawBufferPointer) {
    // The length, so that no byte can move from one column into the next.
    mix(UInt64(bytes.count))
    var index = 0
    while index + 8 <= bytes.count {
      mix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
      index += 8
    }
    var rest: UInt64 = 0
    while index < bytes.count {
      rest = rest << 8 | UInt64(bytes[index])
      index += 1
    }
    mix(rest)
  }

  // Each step can be undone, so two texts that differ in one word never have one seal.
  private mutating func mix(_ word: UInt64) {
    state = (state ^ word) &* 0xFF51_AFD7_ED55_8CCD
    state ^= state >> 32
  }

  var value: Int64 { Int64(bitPattern: state) }
}

extension RowSeal {
  /// The seal of a row of `object`.
  static func seal(of text: String, server: String?, object: StoredObject) -> Int64 {
    seal(
      texts: [object.key.kind.rawValue, object.key.namespace, object.key.name, object.uid, object.version.rawValue, text]
        + (server.map { [$0] } ?? []),
      numbers: [object.created, object.generation, object.resourceVersion])
  }

  /// The seal of a row of `twin`.
  static func seal(of text: String, twinOf id: DeviceID) -> Int64 { seal(texts: [id.namespace, id.name, text], numbers: []) }

  static func seal(texts: [String], numbers: [Int64]) -> Int64 {
    var seal = RowSeal()
    for text in texts { seal.add(text) }
    for number in numbers { seal.add(number) }
    return seal.value
  }
}

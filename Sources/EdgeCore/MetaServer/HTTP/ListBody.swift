package import JSON

/// A list whose objects are written one after the other while it is sent, so that it is never in memory as a whole.
package struct ListBody: Sendable {
  /// What is around the objects: `kind`, `apiVersion`, `metadata`, and the columns of a table.
  package var envelope: KeyValuePairs<String, JSONValue>
  /// The member that holds the objects: `items` or `rows`.
  package var key: String
  package var count: Int
  /// Makes the object at an index.
  package var object: @Sendable (Int) -> JSONValue

  package init(
    _ envelope: KeyValuePairs<String, JSONValue>, key: String = "items", count: Int, object: @escaping @Sendable (Int) -> JSONValue
  ) {
    self.envelope = envelope
    self.key = key
    self.count = count
    self.object = object
  }

  /// The whole list, for those who don't send it.
  package var json: JSONValue {
    var list: JSONValue = [:]
    for (key, value) in envelope { list[key] = value }
    list[key] = .array((0..<count).map(object))
    return list
  }

  /// The text piece by piece.
  package struct Pieces: Sendable {
    private let list: ListBody
    private var next = 0
    private var isOver = false

    fileprivate init(_ list: ListBody) { self.list = list }

    /// The next piece, a little larger than `size` bytes unless it is the last; `nil` after that.
    package mutating func next(size: Int) -> [UInt8]? {
      guard !isOver else { return nil }
      var writer = JSONWriter(reserving: size + 8_192)
      if next == 0 { begin(&writer) }
      while next < list.count, writer.bytes.count < size {
        if next > 0 { writer.raw(",") }
        writer.value(list.object(next))
        next += 1
      }
      if next == list.count {
        writer.raw("]}\n")
        isOver = true
      }
      return writer.bytes
    }

    private func begin(_ writer: inout JSONWriter) {
      writer.raw("{")
      for (key, value) in list.envelope {
        writer.string(key)
        writer.raw(":")
        writer.value(value)
        writer.raw(",")
      }
      writer.string(list.key)
      writer.raw(":[")
    }
  }

  package var pieces: Pieces { Pieces(self) }
}

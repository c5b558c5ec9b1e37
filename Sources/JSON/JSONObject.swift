/// The members of a JSON object, sorted by the bytes of their keys.
///
/// Keys are the same when their bytes are, whatever Unicode takes for equivalent.
///
/// Sorted storage makes the text of an object canonical, costs less memory than a dictionary, and can't be made slow
/// by a hostile choice of keys.
public struct JSONObject: Sendable, Hashable {
  @usableFromInline struct Member: Sendable, Hashable {
    @usableFromInline var key: String
    @usableFromInline var value: JSONValue

    @usableFromInline static func == (left: Member, right: Member) -> Bool {
      left.key.hasSameBytes(as: right.key) && left.value == right.value
    }
  }

  var members: [Member] = []

  /// An object without members.
  public init() {}

  /// An object with these members; of members with the same key the last is kept.
  public init(_ elements: some Sequence<(String, JSONValue)>) {
    self.init(unsorted: elements.map { Member(key: $0.0, value: $0.1) })
  }

  init(unsorted: [Member]) {
    members = unsorted
    guard members.count > 1 else { return }
    var isSorted = true
    for index in 1..<members.count where !members[index - 1].key.precedes(members[index].key) {
      isSorted = false
      break
    }
    if isSorted { return }
    // The sort is stable, so of equal keys the last written stays last and wins.
    members.sort { $0.key.precedes($1.key) }
    var unique: [Member] = []
    unique.reserveCapacity(members.count)
    for member in members {
      if let last = unique.last, last.key.hasSameBytes(as: member.key) { unique.removeLast() }
      unique.append(member)
    }
    members = unique
  }

  /// The number of members.
  public var count: Int { members.count }

  /// Whether there are no members.
  public var isEmpty: Bool { members.isEmpty }

  /// The keys, in order.
  public var keys: [String] { members.map(\.key) }

  /// The value of the member `key`; setting `nil` removes it.
  public subscript(key: String) -> JSONValue? {
    get {
      let position = position(of: key)
      return position < members.count && members[position].key.hasSameBytes(as: key) ? members[position].value : nil
    }
    set {
      let position = position(of: key)
      let exists = position < members.count && members[position].key.hasSameBytes(as: key)
      switch (newValue, exists) {
      case (let value?, true): members[position].value = value
      case (let value?, false): members.insert(Member(key: key, value: value), at: position)
      case (nil, true): members.remove(at: position)
      case (nil, false): break
      }
    }
  }

  /// The value of the member whose key equals `key` when case is ignored, the exact one first.
  ///
  /// Go's `encoding/json`, which KubeEdge reads messages with, matches member names so.
  public subscript(ignoringCase key: String) -> JSONValue? {
    if let exact = self[key] { return exact }
    return members.first { $0.key.utf8.count == key.utf8.count && $0.key.lowercased() == key.lowercased() }?.value
  }

  /// Removes a member and returns its value.
  @discardableResult
  public mutating func removeValue(forKey key: String) -> JSONValue? {
    let value = self[key]
    self[key] = nil
    return value
  }

  private func position(of key: String) -> Int {
    var low = 0
    var high = members.count
    while low < high {
      let middle = (low + high) / 2
      if members[middle].key.precedes(key) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension JSONObject: Sequence {
  /// Walks the members in the order of their keys.
  public struct Iterator: IteratorProtocol {
    var base: IndexingIterator<[Member]>

    /// The next member.
    public mutating func next() -> (key: String, value: JSONValue)? {
      base.next().map { ($0.key, $0.value) }
    }
  }

  /// Walks the members in the order of their keys.
  public func makeIterator() -> Iterator { Iterator(base: members.makeIterator()) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// An object; of members with the same key the last is kept.
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}

import JSON

/// Orders objects by one of their fields, as `--sort-by` does.
enum SortKey {
  /// The elements, in the order of the field; those without it come first, as kubectl has them.
  static func sorted<Element>(
    _ elements: [Element], by path: JSONPath, of object: (Element) -> JSONValue
  ) throws(JSONPath.Failure) -> [Element] {
    var keyed: [(offset: Int, element: Element, key: JSONValue?)] = []
    for (offset, element) in elements.enumerated() { keyed.append((offset, element, try path.values(object(element)).first)) }
    if !keyed.isEmpty, keyed.allSatisfy({ $0.key == nil }) {
      throw JSONPath.Failure(description: "couldn't find any field with path \"\(path.template)\" in the list of objects")
    }
    return keyed.sorted { left, right in
      guard let first = left.key else { return right.key != nil || left.offset < right.offset }
      guard let second = right.key else { return false }
      let order = JSONPath.order(first, second) ?? JSONPath.order(.string(first.goText), .string(second.goText)) ?? 0
      return order == 0 ? left.offset < right.offset : order < 0
    }.map(\.element)
  }
}

import JSON

extension SchemaValidation {
  mutating func checkAllowed(_ value: JSONValue, _ schema: Schema) {
    guard !schema.allowed.isEmpty, !schema.allowed.contains(where: { $0 == value || $0.integer != nil && $0.integer == value.integer })
    else { return }
    let names = schema.allowed.map { $0.string ?? $0.text }
    let hint = Suggestion.text(for: value.string ?? "", among: names)
    add(.notSupported, value, "\(value.shortText) is not one of \(names.joined(separator: ", "))" + hint)
  }

  // MARK: Numbers

  mutating func checkNumber(_ number: JSONNumber, _ schema: Schema) {
    let unit = schema.unit.map { " \($0)" } ?? ""
    let value = JSONValue.number(number)
    let count = errors.count
    if let minimum = schema.minimum {
      if number.isLess(than: minimum) {
        add(.invalid, value, "\(value.shortText) is below the minimum \(minimum.text)\(unit)")
      } else if schema.isMinimumExclusive, !minimum.isLess(than: number) {
        add(.invalid, value, "\(value.shortText) has to be more than \(minimum.text)")
      }
    }
    if let maximum = schema.maximum {
      if maximum.isLess(than: number) {
        add(.invalid, value, "\(value.shortText) is above the maximum \(maximum.text)\(unit)")
      } else if schema.isMaximumExclusive, !number.isLess(than: maximum) {
        add(.invalid, value, "\(value.shortText) has to be less than \(maximum.text)")
      }
    }
    if let factor = schema.multipleOf, !number.isMultiple(of: factor) {
      add(.invalid, value, "\(value.shortText) is no multiple of \(factor.text)")
    }
    // Out of a narrower range says it better.
    if let format = schema.format, errors.count == count, let problem = SchemaFormat.problem(number, format) {
      add(.invalid, value, "\(value.shortText) \(problem)")
    }
  }

  // MARK: Text

  mutating func checkText(_ text: String, _ schema: Schema) {
    let value = JSONValue.string(text)
    if let least = schema.minLength, text.unicodeScalars.count < least {
      add(.invalid, value, "\(value.shortText) is shorter than the \(least) characters it needs")
    }
    if let most = schema.maxLength, text.unicodeScalars.count > most {
      add(.tooLong, value, "\(value.shortText) is longer than the \(most) characters allowed")
    }
    if schema.isPatternChecked, let pattern = schema.pattern, let expression = try? Regex(pattern), text.firstMatch(of: expression) == nil {
      add(.invalid, value, "\(value.shortText) doesn't match \(pattern)")
    }
    if let format = schema.format, let problem = SchemaFormat.problem(text, format) {
      var error = FieldError(path: path.text, kind: .typeInvalid, value: value.shortText, detail: "\(value.shortText) \(problem)")
      error.isFormat = true
      add(error)
    }
  }

  // MARK: Lists

  mutating func checkList(_ elements: [JSONValue], _ schema: Schema) {
    if let least = schema.minItems, elements.count < least {
      add(.invalid, nil, "\(elements.count) elements, less than the \(least) it needs")
    }
    if let most = schema.maxItems, elements.count > most {
      add(.tooMany, nil, "\(elements.count) elements, more than the \(most) allowed")
    }
    switch schema.listType {
    case .atomic: break
    case .set: checkUnique(elements.enumerated().map { ($0, $1) })
    case .map(let keys):
      // An element without its key has an error of its own.
      checkUnique(
        elements.enumerated().compactMap { index, element in
          guard let members = element.object else { return nil }
          var values: JSONObject = [:]
          for key in keys { values[key] = members[key] ?? schema.element?.member(key)?.default }
          return values.isEmpty ? nil : (index, keys.count == 1 ? values[keys[0]] ?? .null : .object(values))
        })
    }
  }

  private mutating func checkUnique(_ values: [(index: Int, value: JSONValue)]) {
    guard values.count > 1 else { return }
    var seen: [JSONValue: Int] = [:]
    seen.reserveCapacity(values.count)
    for (index, value) in values where !value.isNull {
      guard let first = seen[value] else {
        seen[value] = index
        continue
      }
      let place = path.text
      add(
        FieldError(
          path: "\(place)[\(index)]", kind: .duplicate, value: value.shortText,
          detail: "\(value.shortText) is there already, as \(place)[\(first)]"))
    }
  }

  // MARK: Objects

  mutating func checkObject(_ members: JSONObject, _ schema: Schema) {
    if let least = schema.minProperties, members.count < least {
      add(.invalid, nil, "\(members.count) members, less than the \(least) it needs")
    }
    if let most = schema.maxProperties, members.count > most {
      add(.tooMany, nil, "\(members.count) members, more than the \(most) allowed")
    }
    func has(_ names: [String]) -> Bool { names.allSatisfy { members[$0] ?? .null != .null } }
    func text(_ sets: [[String]]) -> String { sets.map { $0.joined(separator: " with ") }.joined(separator: " or ") }
    if !schema.oneOf.isEmpty {
      let count = schema.oneOf.count(where: has)
      if count != 1 {
        add(.invalid, nil, "exactly one of \(text(schema.oneOf)) is needed, and there \(count == 0 ? "is none" : "are \(count)")")
      }
      if count == 0 { require(schema.oneOf[0], of: members) }
    }
    if !schema.anyOf.isEmpty, !schema.anyOf.contains(where: has) {
      add(.invalid, nil, "\(text(schema.anyOf)) is needed")
      require(schema.anyOf[0], of: members)
    }
    if !schema.not.isEmpty, has(schema.not) {
      add(.invalid, nil, "\(schema.not.joined(separator: " with ")) must not be there")
    }
  }

  private mutating func require(_ names: [String], of members: JSONObject) {
    for name in names where members[name] ?? .null == .null {
      add(FieldError(path: path.text(field: name), kind: .required, detail: "required"))
    }
  }
}

extension JSONNumber {
  func isLess(than other: JSONNumber) -> Bool {
    // Doubles would take neighbours beyond 2^53 for the same.
    if let own = int64, let others = other.int64 { return own < others }
    return double < other.double
  }

  fileprivate func isMultiple(of other: JSONNumber) -> Bool {
    if let own = int64, let factor = other.int64 { return factor != 0 && own.isMultiple(of: factor) }
    let quotient = double / other.double
    return quotient.isFinite && (quotient - quotient.rounded()).magnitude <= 1e-9 * max(1, quotient.magnitude)
  }
}

internal import JSON

/// The document that a writing request carries.
struct RESTBody {
  /// Bytes that a body may have: a few values of the longest kind.
  static let maximumBytes = 256 << 10

  private let document: JSONValue

  /// - Throws: ``RESTError`` 415 when it isn't said to be JSON, 400 when it isn't.
  init(_ request: RESTRequest) throws(RESTError) {
    let type = (request.contentType ?? "").prefix { $0 != ";" }.lowercased()
    guard type.filter({ $0 != " " }) == "application/json" else {
      throw RESTError(415, "unsupportedMediaType", "the body has to be JSON, with Content-Type: application/json")
    }
    do {
      document = try JSONValue(parsing: request.body)
    } catch {
      throw RESTError(400, "malformed", "the body is not JSON: \(error)")
    }
    guard document.object != nil else { throw RESTError(400, "malformed", "the body is not an object but \(document.kind)") }
  }

  /// The text of one value.
  ///
  /// - Throws: ``RESTError`` 422 when there is none.
  func value(_ key: String) throws(RESTError) -> String {
    try only([key])
    return try Self.text(document[key], key)
  }

  /// The text of a value for each property: the same for all (`value`), or each its own (`values`).
  ///
  /// - Throws: ``RESTError`` 422 when there are none.
  func values(for properties: [String]) throws(RESTError) -> [String: String] {
    try only(["value", "values"])
    var texts: [String: String] = [:]
    switch (document["value"], document["values"]) {
    case (let value?, nil):
      let text = try Self.text(value, "value")
      for property in properties { texts[property] = text }
    case (nil, let values?):
      guard let object = values.object else { throw Self.wrong("values: is not an object but \(values.kind)") }
      for (property, value) in object { texts[property] = try Self.text(value, "values.\(property)") }
    default:
      throw Self.wrong("the body has to have either \"value\", for all properties, or \"values\", an object with one for each")
    }
    return texts
  }

  private func only(_ keys: [String]) throws(RESTError) {
    for (key, _) in document.object ?? [:] where !keys.contains(key) {
      throw Self.wrong("\(key.prefix(64)): there is no such field, only \(keys.joined(separator: " and "))")
    }
  }

  /// The value as twins have it: texts as they are, numbers and the like as JSON writes them.
  private static func text(_ value: JSONValue?, _ place: String) throws(RESTError) -> String {
    switch value {
    case nil, .null: throw wrong("\(place): a value is missing")
    case .string(let text): return text
    case .number(let number): return number.text
    case .bool(let bool): return bool ? "true" : "false"
    case .some(let value): return value.text
    }
  }

  private static func wrong(_ message: String) -> RESTError { RESTError(422, DeviceRequestError.Code.invalidValue.description, message) }
}

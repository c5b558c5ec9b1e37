import JSON

/// Why a request was not, or not wholly, carried out: `code` and `reason` of an answer.
public struct Refusal: Error, Sendable, Hashable, CustomStringConvertible {
  /// 400 for a request that is wrong, 404 for a device that isn't there, 429 for one too many, 500 for our own failure.
  public var code: Int
  /// A sentence that names what is wrong and where.
  public var reason: String

  /// A refusal.
  public init(code: Int, reason: String) {
    self.code = code
    self.reason = reason
  }

  init?(_ object: JSONObject) {
    guard let code = object[ignoringCase: "code"]?.integer, code >= 400 else { return nil }
    self.init(code: Int(clamping: code), reason: object[ignoringCase: "reason"]?.string ?? "")
  }

  func write(to writer: inout JSONWriter) {
    writer.raw(",\"code\":")
    writer.integer(Int64(code))
    writer.raw(",\"reason\":")
    writer.string(reason)
  }

  /// The code and the sentence.
  public var description: String { "\(code): \(reason)" }
}

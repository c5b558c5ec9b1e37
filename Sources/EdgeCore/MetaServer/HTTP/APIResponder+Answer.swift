import HTTPTypes
import Hummingbird
import JSON
import NIOCore

extension APIResponder {
  /// What is handed to a connection at once: one that doesn't take it holds up no more.
  static let pieceBytes = 64 << 10

  /// `Warning`, which kubectl prints; `nil` is for names that are none.
  private static let warningName = HTTPField.Name("Warning")

  /// Warnings as Kubernetes tells them.
  static func headers(for warnings: [String]) -> HTTPFields {
    guard let warningName else { return [:] }
    return HTTPFields(warnings.map { HTTPField(name: warningName, value: "299 - \(quoted($0))") })
  }

  /// - Parameter share: What of the budget is given back when the answer is sent.
  static func response(_ answer: APIAnswer, isHead: Bool = false, share: RequestBudget.Share? = nil) -> Response {
    var headers = HTTPFields()
    headers[.cacheControl] = "no-cache, private"
    headers[.contentType] = answer.contentType ?? "application/json"
    if let seconds = answer.retryAfterSeconds { headers[.retryAfter] = String(seconds) }
    if answer.code == 401 { headers[.wwwAuthenticate] = "Bearer" }
    headers += Self.headers(for: answer.warnings)
    let body: ResponseBody
    switch answer.body {
    case .json(let json): body = self.body(json.serialized + [0x0A], share)
    case .list(let list): body = self.body(list, share)
    case .text(let text):
      headers[.contentType] = answer.contentType ?? "text/plain; charset=utf-8"
      body = self.body(Array(text.utf8), share)
    }
    if isHead {
      headers[.contentLength] = body.contentLength.map(String.init)
      return Response(status: HTTPResponse.Status(code: answer.code), headers: headers)
    }
    return Response(status: HTTPResponse.Status(code: answer.code), headers: headers, body: body)
  }

  private static func body(_ bytes: [UInt8], _ share: RequestBudget.Share?) -> ResponseBody {
    let buffer = ByteBuffer(bytes: bytes)
    guard bytes.count > pieceBytes else { return ResponseBody(byteBuffer: buffer) }
    return ResponseBody(contentLength: bytes.count) { writer in
      var rest = buffer
      while rest.readableBytes > 0, let piece = rest.readSlice(length: min(pieceBytes, rest.readableBytes)) {
        try await writer.write(piece)
      }
      _ = share
      try await writer.finish(nil)
    }
  }

  private static func body(_ list: ListBody, _ share: RequestBudget.Share?) -> ResponseBody {
    ResponseBody { @concurrent writer in
      var pieces = list.pieces
      while let piece = pieces.next(size: pieceBytes) { try await writer.write(ByteBuffer(bytes: piece)) }
      _ = share
      try await writer.finish(nil)
    }
  }

  /// A quoted string of a header: one line of visible ASCII.
  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case " "..."~": String(scalar)
      default: " "
      }
    }
    return "\"\(escaped.joined())\""
  }
}

/// What one connection of the API is doing, and until when. Times are milliseconds of a clock that only grows.
///
/// HTTP lets a client send the next request while the last one is being answered, so reading and answering are followed apart.
package struct ConnectionState: Sendable {
  /// What is to be done next.
  package enum Action: Sendable, Equatable {
    case nothing
    /// Write this answer; ``refused()`` is to be called then.
    case refuse(APIStatus)
    /// The request that is being read will never be whole: whoever waits for it is told why.
    case giveUp(APIStatus)
    /// Nothing more is written; what still comes is thrown away.
    case finish
    case close
    /// Close, and have the system forget what the client hasn't taken.
    case abort
  }

  /// What to do with a request's head.
  package enum Head: Sendable, Equatable {
    /// It goes on to be answered; the client may wait for leave to send the body.
    case take(wantsContinue: Bool)
    case drop(Action)
  }

  /// What of a request's head matters here.
  package struct RequestFacts: Sendable {
    package var target: Int
    package var isKeepAlive: Bool
    package var contentLength: Int?
    package var expectation: String?

    package init(target: Int, isKeepAlive: Bool = true, contentLength: Int? = nil, expectation: String? = nil) {
      self.target = target
      self.isKeepAlive = isKeepAlive
      self.contentLength = contentLength
      self.expectation = expectation
    }
  }

  private enum Reading: Sendable, Equatable {
    /// Between requests.
    case rest(since: Int64)
    case head(since: Int64, bytes: Int)
    case body(since: Int64, bytes: Int)
    /// Nothing that comes counts any more.
    case discarding
  }

  private let limits: APILimits
  private let isRefused: Bool
  private var reading: Reading
  private var hasAsked = false
  /// Requests that went on to be answered and weren't yet.
  private var unanswered = 0
  /// What is to be answered after them.
  private var refusal: APIStatus?
  private var isFinished = false
  private var lingersSince: Int64?
  /// When the client last took something of what it is sent, while it has something to take.
  private var lastTaken: (at: Int64, bytes: Int)?

  /// Whether no request follows those that are being answered.
  package private(set) var isLast = false

  /// - Parameter isRefused: Whether there are too many connections already.
  package init(limits: APILimits, isRefused: Bool, now: Int64) {
    self.limits = limits
    self.isRefused = isRefused
    reading = .rest(since: now)
  }

  package var isDiscarding: Bool { reading == .discarding }

  /// Whether nothing of a next request has come.
  package var isResting: Bool {
    if case .rest = reading { true } else { false }
  }

  /// Whether the answer that is being written is the last of the connection.
  package var isLastAnswer: Bool { isLast && unanswered <= 1 }

  // MARK: What comes

  package mutating func received(bytes: Int, now: Int64) -> Action {
    switch reading {
    case .rest: reading = .head(since: now, bytes: bytes)
    case .head(let since, let before): reading = .head(since: since, bytes: before + bytes)
    case .body, .discarding: return .nothing
    }
    // A read may bring the end of the headers and much after it: what is too long is known when twice as much has come.
    guard case .head(_, let bytes) = reading, bytes > 2 * (limits.head + limits.target) else { return .nothing }
    return end(with: APIStatus(431, "RequestHeaderFieldsTooLarge", "the request's line and headers are too long"))
  }

  package mutating func received(_ head: RequestFacts, now: Int64) -> Head {
    guard reading != .discarding else { return .drop(.nothing) }
    hasAsked = true
    guard !isRefused else {
      return .drop(end(with: .tooMany(503, "ServiceUnavailable", "too many connections; try again later")))
    }
    guard head.target <= limits.target else {
      return .drop(end(with: APIStatus(414, "RequestURITooLong", "the URL has more than the \(limits.target) bytes allowed")))
    }
    let wantsContinue = head.expectation?.lowercased() == "100-continue"
    guard head.expectation == nil || wantsContinue else {
      return .drop(end(with: APIStatus(417, "ExpectationFailed", "the expectation \"\(head.expectation?.prefix(64) ?? "")\" can't be met")))
    }
    unanswered += 1
    if !head.isKeepAlive { isLast = true }
    if let length = head.contentLength, length > limits.body {
      // Whoever answers says so; nobody reads it.
      isLast = true
      reading = .discarding
      return .take(wantsContinue: false)
    }
    reading = .body(since: now, bytes: 0)
    return .take(wantsContinue: wantsContinue)
  }

  /// - Returns: Whether the bytes go on.
  package mutating func receivedBody(bytes: Int) -> Bool {
    guard case .body(let since, let before) = reading else { return false }
    reading = .body(since: since, bytes: before + bytes)
    if before + bytes > limits.body {
      // With these bytes, whoever reads knows that it is too long.
      isLast = true
      reading = .discarding
    }
    return true
  }

  /// - Returns: Whether the end of the body goes on.
  package mutating func receivedEnd(now: Int64) -> Bool {
    guard case .body = reading else { return false }
    reading = isLast ? .discarding : .rest(since: now)
    return true
  }

  /// What came isn't HTTP.
  package mutating func received(malformed status: APIStatus) -> Action {
    switch reading {
    case .discarding: return .nothing
    case .body: return giveUp(status)
    case .rest, .head: return end(with: status)
    }
  }

  private mutating func giveUp(_ status: APIStatus) -> Action {
    isLast = true
    reading = .discarding
    // Answered before it was whole: there is nothing left to say.
    return unanswered == 0 ? finish() : .giveUp(status)
  }

  /// Nothing more is read; the status is the last answer.
  private mutating func end(with status: APIStatus) -> Action {
    isLast = true
    reading = .discarding
    guard unanswered == 0 else {
      refusal = status
      return .nothing
    }
    return .refuse(status)
  }

  private mutating func finish() -> Action {
    guard !isFinished else { return .nothing }
    isFinished = true
    return .finish
  }

  // MARK: What goes

  /// Whether what is written may go out.
  package var isWritable: Bool { !isFinished }

  /// Something was handed to the connection to be sent.
  ///
  /// - Parameters:
  ///   - sent: Bytes that the client has taken in all.
  package mutating func wrote(sent: Int, now: Int64) {
    if lastTaken == nil { lastTaken = (now, sent) }
  }

  package mutating func answered(now: Int64) -> Action {
    unanswered -= 1
    guard unanswered <= 0 else { return .nothing }
    if let status = refusal {
      refusal = nil
      return .refuse(status)
    }
    if isLast { return finish() }
    if case .rest = reading { reading = .rest(since: now) }
    return .nothing
  }

  package mutating func refused() -> Action { finish() }

  /// The output was closed, from wherever.
  package mutating func outputClosed(now: Int64) {
    isFinished = true
    isLast = true
    reading = .discarding
    if lingersSince == nil { lingersSince = now }
  }

  // MARK: Time

  /// When ``timePassed(sent:unsent:now:)`` is to be asked.
  package var deadline: Int64? {
    var deadlines: [Int64] = []
    if let lingersSince { deadlines.append(lingersSince + limits.linger) }
    if let lastTaken { deadlines.append(lastTaken.at + limits.writeTime) }
    switch reading {
    case .rest(let since) where unanswered == 0: deadlines.append(since + (hasAsked ? limits.idle : limits.silence))
    case .head(let since, _): deadlines.append(since + limits.headTime)
    // Those before it may hold it up.
    case .body(let since, let bytes) where unanswered <= 1:
      deadlines.append(since + limits.bodyTime + Int64(bytes / max(1, limits.bodyRate)))
    default: break
    }
    return deadlines.min()
  }

  /// - Parameters:
  ///   - sent: Bytes that the client has taken in all.
  ///   - unsent: Bytes that it hasn't taken yet.
  package mutating func timePassed(sent: Int, unsent: Int, now: Int64) -> Action {
    if let taken = lastTaken, now >= taken.at + limits.writeTime {
      if unsent == 0 {
        lastTaken = nil
      } else if sent <= taken.bytes {
        return .abort
      } else {
        lastTaken = (now, sent)
      }
    }
    if let lingersSince, now >= lingersSince + limits.linger { return .close }
    guard let deadline, now >= deadline else { return .nothing }
    switch reading {
    case .rest: return .close
    case .head: return end(with: .tooSlow("the request's headers didn't come within \(limits.headTime / 1_000) s"))
    case .body: return giveUp(.tooSlow("the request's body came too slowly"))
    case .discarding: return .nothing
    }
  }
}

extension APIStatus {
  static func tooSlow(_ message: String) -> APIStatus { APIStatus(408, "Timeout", message) }

  /// Too much is going on at once.
  static func tooMany(_ code: Int, _ reason: String, _ message: String) -> APIStatus {
    var status = APIStatus(code, reason, message)
    status.retryAfterSeconds = 1
    return status
  }
}

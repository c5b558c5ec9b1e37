import Testing

@testable import EdgeCore

@Suite("What a connection of the API may take")
struct ConnectionStateTests {
  private let limits = APILimits()

  private func connection(isRefused: Bool = false) -> ConnectionState { ConnectionState(limits: limits, isRefused: isRefused, now: 0) }

  private func status(_ action: ConnectionState.Action) -> Int? {
    switch action {
    case .refuse(let status), .giveUp(let status): status.code
    default: nil
    }
  }

  /// A connection whose first request is being read.
  private func reading(_ head: ConnectionState.RequestFacts = .init(target: 10)) -> ConnectionState {
    var state = connection()
    #expect(state.received(bytes: 100, now: 0) == .nothing)
    #expect(state.received(head, now: 0) == .take(wantsContinue: false))
    return state
  }

  @Test("A request that is whole and its answer leave the connection open, for as long as somebody may think")
  func keepAlive() {
    var state = reading()
    #expect(state.receivedEnd(now: 5) == true)
    #expect(state.deadline == nil)
    #expect(state.answered(now: 10) == .nothing)
    #expect(state.deadline == 10 + limits.idle)
    #expect(state.timePassed(sent: 0, unsent: 0, now: 9 + limits.idle) == .nothing)
    #expect(state.timePassed(sent: 0, unsent: 0, now: 10 + limits.idle) == .close)
  }

  @Test("A connection on which nothing is asked is closed without a word")
  func silence() {
    var state = connection()
    #expect(state.deadline == limits.silence)
    #expect(state.timePassed(sent: 0, unsent: 0, now: limits.silence) == .close)
  }

  @Test("Half a head is answered with 408, however its bytes drip")
  func slowHead() {
    var state = connection()
    for second in Int64(0)..<20 { _ = state.received(bytes: 1, now: second * 500) }
    #expect(state.deadline == limits.headTime)
    #expect(status(state.timePassed(sent: 0, unsent: 0, now: limits.headTime)) == 408)
    #expect(state.refused() == .finish)
  }

  @Test("A body has to come at a pace; the one who reads it is told when it doesn't")
  func slowBody() {
    var state = reading(.init(target: 10, contentLength: 1_000_000))
    #expect(state.receivedBody(bytes: 500_000) == true)
    #expect(state.deadline == limits.bodyTime + 10_000)
    #expect(state.timePassed(sent: 0, unsent: 0, now: limits.bodyTime) == .nothing)
    #expect(status(state.timePassed(sent: 0, unsent: 0, now: limits.bodyTime + 10_000)) == 408)
    #expect(state.receivedBody(bytes: 1) == false)
    #expect(state.answered(now: 40_000) == .finish)
  }

  @Test("A body that says it is too large is answered, and not read")
  func announcedBody() {
    var state = reading(.init(target: 10, contentLength: 100_000_000))
    #expect(state.isDiscarding && state.isLastAnswer)
    #expect(state.receivedBody(bytes: 1_000) == false)
    #expect(state.answered(now: 1) == .finish)
    state.outputClosed(now: 1)
    #expect(state.timePassed(sent: 0, unsent: 0, now: 1 + limits.linger) == .close)
  }

  @Test("A body that turns out too large goes on until it is")
  func growingBody() {
    var state = reading()
    #expect(state.receivedBody(bytes: limits.body) == true)
    #expect(!state.isDiscarding)
    #expect(state.receivedBody(bytes: 1) == true)
    #expect(state.isDiscarding)
    #expect(state.receivedBody(bytes: 1) == false)
  }

  @Test("What follows requests that are being answered is refused after them")
  func refusalInTurn() {
    var state = reading()
    #expect(state.receivedEnd(now: 1) == true)
    #expect(state.received(.init(target: limits.target + 1), now: 2) == .drop(.nothing))
    #expect(status(state.answered(now: 3)) == 414)
    #expect(state.refused() == .finish)
  }

  @Test("The answer is the last where the client says so, and no request is read after it")
  func lastRequest() {
    var state = reading(.init(target: 10, isKeepAlive: false))
    #expect(state.receivedEnd(now: 1) == true)
    #expect(state.isLastAnswer)
    #expect(state.received(.init(target: 1), now: 2) == .drop(.nothing))
    #expect(state.answered(now: 3) == .finish)
  }

  @Test("Leave to send a body is given for one that will be read")
  func expectations() {
    var state = connection()
    #expect(state.received(.init(target: 1, contentLength: 10, expectation: "100-Continue"), now: 0) == .take(wantsContinue: true))
    state = connection()
    #expect(
      state.received(.init(target: 1, contentLength: .max, expectation: "100-continue"), now: 0) == .take(wantsContinue: false))
    state = connection()
    guard case .drop(.refuse(let status)) = state.received(.init(target: 1, expectation: "magic"), now: 0) else {
      Issue.record("taken")
      return
    }
    #expect(status.code == 417)
  }

  @Test("One connection too many is told to come back")
  func tooMany() {
    var state = connection(isRefused: true)
    guard case .drop(.refuse(let status)) = state.received(.init(target: 1), now: 0) else {
      Issue.record("taken")
      return
    }
    #expect(status.code == 503 && status.retryAfterSeconds == 1)
  }

  @Test("Who takes nothing of what it is sent is let go; who takes a little isn't")
  func writing() {
    var state = reading()
    #expect(state.receivedEnd(now: 1) == true)
    state.wrote(sent: 0, now: 1_000)
    let first = 1_000 + limits.writeTime
    #expect(state.deadline == first)
    #expect(state.timePassed(sent: 10, unsent: 90, now: first) == .nothing)
    #expect(state.deadline == first + limits.writeTime)
    #expect(state.timePassed(sent: 10, unsent: 90, now: first + limits.writeTime) == .abort)

    state = reading()
    #expect(state.receivedEnd(now: 1) == true)
    state.wrote(sent: 0, now: 1_000)
    #expect(state.timePassed(sent: 100, unsent: 0, now: first) == .nothing)
    #expect(state.deadline == nil)
  }

  @Test("Bytes that are no request end the connection, after what it has asked before")
  func malformed() {
    var state = connection()
    #expect(status(state.received(malformed: .badRequest("no"))) == 400)
    state = reading()
    #expect(status(state.received(malformed: .badRequest("no"))) == 400)
    #expect(state.received(malformed: .badRequest("again")) == .nothing)
  }

  @Test("Bodies, requests and lists at once are bounded, and what they held is free again when they are over")
  func budget() throws {
    var limits = APILimits()
    (limits.requests, limits.lists, limits.bodies) = (2, 1, 100)
    let budget = RequestBudget(limits: limits)
    var first: RequestBudget.Share? = try budget.begin()
    let second = try budget.begin()
    #expect(throws: APIStatus.self) { try budget.begin() }
    try first?.take(bytes: 60)
    #expect(throws: APIStatus.self) { try second.take(bytes: 60) }
    try first?.beginList()
    #expect(throws: APIStatus.self) { try second.beginList() }
    first = nil
    try second.take(bytes: 60)
    try second.beginList()
    _ = try budget.begin()
  }
}

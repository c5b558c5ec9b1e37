import MapperRuntime
import Testing
import TwinProtocol

@Suite("Questions for twins")
struct TwinQuestionsTests {
  private let a = DeviceID(name: "a")

  @Test("A question is asked until it is answered, each time with another id, and less and less often")
  func asks() {
    var questions = TwinQuestions(ids: EventIDs(prefix: "q"))
    #expect(questions.ask(a, now: 0) == nil)
    #expect(questions.open([a], now: 0) == [.init(device: a, eventID: "q-1")])
    #expect(questions.overdue(now: 999) == [])
    #expect(questions.overdue(now: 1000) == [.init(device: a, eventID: "q-2")])
    #expect(questions.overdue(now: 2999) == [])
    #expect(questions.overdue(now: 3000) == [.init(device: a, eventID: "q-3")])
    #expect(questions.answered(eventID: "q-2", of: a, isFound: true, now: 3000) == false, "only the last one counts")
    #expect(questions.answered(eventID: "q-3", of: a, isFound: true, now: 3000) == true)
    #expect(questions.answered(eventID: "q-3", of: a, isFound: true, now: 3000) == false)
    #expect(questions.overdue(now: 1_000_000) == [])
    #expect(questions.ask(a, now: 5)?.eventID == "q-4")
  }

  @Test("A device edgecore doesn't know yet is asked for again")
  func notFound() {
    var questions = TwinQuestions(ids: EventIDs(prefix: "q"))
    _ = questions.open([a], now: 0)
    #expect(questions.answered(eventID: "q-1", of: a, isFound: false, now: 10) == true)
    #expect(questions.overdue(now: 1009) == [])
    #expect(questions.overdue(now: 1010).map(\.eventID) == ["q-2"])
    questions.close()
    #expect(questions.overdue(now: 100_000) == [])
    questions.remove(a)
    #expect(questions.open([], now: 0) == [])
    #expect(questions.overdue(now: 100_000) == [])
  }
}

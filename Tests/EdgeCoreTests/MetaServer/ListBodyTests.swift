import JSON
import Testing

@testable import EdgeCore

@Suite("A list that is written while it is sent")
struct ListBodyTests {
  private func list(_ count: Int) -> ListBody {
    ListBody(["kind": "DeviceList", "apiVersion": "v1", "metadata": ["resourceVersion": "7"]], count: count) {
      ["name": .string("device-\($0)"), "note": .string(String(repeating: "x", count: 50))]
    }
  }

  @Test("Its pieces are the whole", arguments: [0, 1, 2, 1_000])
  func pieces(count: Int) throws {
    var pieces = list(count).pieces
    var text: [UInt8] = []
    while let piece = pieces.next(size: 1_000) {
      #expect(piece.count < 1_200)
      text += piece
    }
    #expect(try JSONValue(parsing: text) == list(count).json)
    #expect(list(count).json["items"]?.array?.count == count)
  }
}

import MapperSDK
import TestSupport
import Testing
import TwinProtocol

@Suite("A value that the device takes and needs long for")
struct AcceptedWriteTests {
  @Test("It is asked for again until it is there or comes too late, and the device is read meanwhile")
  func inProgress() async throws {
    try await Rig.run { api, driver in
      driver.plant.set("t", .int(5))
      driver.plant.set("u", .string("x"))
      driver.plant.refuse("t", ReadingError(.inProgress, "the device needs long for it"))
      api.apply(Rig.model)
      api.apply(Rig.device())
    } _: { rig in
      let plant = rig.driver.plant
      func mark(_ timestamp: Int64) async throws -> WrittenMark? {
        try await eventually(
          "the mark", observing: { rig.edge.values("t").compactMap(\.written).first { $0.timestamp == timestamp } }, until: { $0 != nil })
      }
      try await eventually("an update") { !rig.edge.updates.isEmpty }
      try rig.edge.desire("t", "8", at: 1)
      try await eventually("it asks again") { plant.refused >= 3 }
      #expect(rig.edge.values("t").allSatisfy { $0.written == nil })
      let reads = plant.reads("d")
      try await eventually("it reads on") { plant.reads("d") > reads + 5 }
      plant.refuse("t", nil)
      #expect(try await mark(1) == WrittenMark(timestamp: 1))
      #expect(plant.writes == ["t=8"])

      plant.refuse("t", ReadingError(.timeout, "the device never shows it", scope: .point))
      try rig.edge.desire("t", "9", at: 2)
      #expect(try await mark(2) == WrittenMark(timestamp: 2, error: "the device never shows it", isTimeout: true))
      #expect(plant.writes == ["t=8"])
    }
  }
}

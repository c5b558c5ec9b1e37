import GPIODriver
import MapperSDK
import MapperTesting

/// The driver with inputs alone, which move by themselves; or with outputs, which don't.
struct GPIOUnderTest: DriverUnderTest {
  var hasOutputs: Bool

  func makeDriver() -> GPIODriver { GPIODriver() }

  func startSimulator() throws -> ChipSimulator {
    guard hasOutputs else {
      return try ChipSimulator([
        .init(property: SimulatedProperty("button", .boolean, visitor: ["line": 0], values: ("true", "false")), lines: [0]),
        .init(
          property: SimulatedProperty("door", .boolean, visitor: ["line": 1, "activeLow": true], values: ("true", "false")), lines: [1],
          isActiveLow: true),
        .init(property: SimulatedProperty("level", .int, visitor: ["line": 2], values: ("1", "0")), lines: [2]),
      ])
    }
    return try ChipSimulator(
      [
        .init(
          property: SimulatedProperty("relay", .boolean, visitor: ["line": 4], isWritable: true, values: ("true", "false")), lines: [4]),
        .init(
          property: SimulatedProperty(
            "low", .boolean, visitor: ["line": 3, "activeLow": true], isWritable: true, values: ("true", "false")),
          lines: [3], isActiveLow: true),
        .init(
          property: SimulatedProperty("leds", .int, visitor: ["lines": [5, 6, 7]], isWritable: true, values: ("1", "6")), lines: [5, 6, 7]),
      ],
      commands: [
        SimulatedCommand("pulse", argument: "50", on: "relay", results: ["relay": "false"]),
        SimulatedCommand("blink", argument: "2x20", on: "low", results: ["low": "false"]),
      ])
  }

  var exemptions: [ConformanceCheck: String] {
    var exemptions: [ConformanceCheck: String] = [:]
    for check in [
      ConformanceCheck.silenceIsAnError, .lateAnswerIsDropped, .slowDeviceIsRead, .garbageIsNoValue, .cancellationEndsRead,
      .executorStaysFree,
    ] {
      exemptions[check] = "the kernel answers at once, or not at all"
    }
    for check in [ConformanceCheck.failedReadIsNoValue, .batchFailsPartially] {
      exemptions[check] = "a line that was taken can be read"
    }
    exemptions[.missingMemberIsNamed] = "a chip is only missing where a line has no name, and named there, at the line"
    if hasOutputs {
      exemptions[.commandsAreCarriedOut] = "the watch ends pulses, and this check runs none"
      exemptions[.refusedWriteThrows] = "a line that was taken can be set"
      for check in ConformanceCheck.all(in: .events) + [.readsFollowTheDevice, .cycleChangeKeepsConnection] {
        exemptions[check] = "an output doesn't change by itself"
      }
    } else {
      for check in ConformanceCheck.all(in: .writing) + [.desiredIsWrittenOnce, .commandsAreCarriedOut] {
        exemptions[check] = "an input can't be driven"
      }
    }
    return exemptions
  }
}

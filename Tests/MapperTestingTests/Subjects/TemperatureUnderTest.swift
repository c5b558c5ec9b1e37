import MapperSDK
import MapperTesting
import TemperatureDriver

/// The simulated temperature sensors: there is no bus on which anything could go wrong.
struct TemperatureUnderTest: DriverUnderTest {
  func makeDriver() -> TemperatureDriver { TemperatureDriver(stateFolder: nil) }

  func startSimulator() -> SimulatedSensor { SimulatedSensor() }

  var exemptions: [ConformanceCheck: String] {
    var exemptions: [ConformanceCheck: String] = [:]
    for check in ConformanceCheck.all(in: .faults) { exemptions[check] = "there is no bus on which something could go wrong" }
    for check in [ConformanceCheck.cancellationEndsRead, .executorStaysFree] {
      exemptions[check] = "a read computes its values: it waits for nothing"
    }
    for check in [ConformanceCheck.failedReadIsNoValue, .batchFailsPartially, .refusedWriteThrows] {
      exemptions[check] = "a simulated sensor refuses nothing"
    }
    for check in [ConformanceCheck.readsFollowTheDevice, .cycleChangeKeepsConnection] {
      exemptions[check] = "the temperature is computed from the time and the configuration: it can't be set"
    }
    for check in [ConformanceCheck.writeArrives, .writeLeavesOthersAlone, .refusedWriteThrows, .desiredIsWrittenOnce] {
      exemptions[check] = "the sensor is a part of the driver: nobody else could tell what it was given"
    }
    for check in ConformanceCheck.all(in: .events) { exemptions[check] = "a simulated sensor tells nothing by itself" }
    exemptions[.commandsAreCarriedOut] = "a simulated sensor has no commands"
    exemptions[.deviceComesBack] = "the sensor can't be absent"
    return exemptions
  }
}

/// A sensor whose temperature stays where it is.
struct SimulatedSensor: DeviceSimulator {
  var protocolConfig: JSONValue { ["mean": 21.5, "amplitude": 0, "noise": 0] }

  let properties = [
    SimulatedProperty("temperature", .double, visitor: ["measures": "temperature"], values: ("21.5", "30")),
    SimulatedProperty("label", .string, visitor: ["measures": "temperature"], values: ("22C", "30C")),
    SimulatedProperty("target", .double, visitor: ["measures": "target"], isWritable: true, values: ("21.5", "25")),
  ]

  func value(of property: String) throws -> String {
    property == "label" ? "22C" : "21.5"
  }

  func set(_ text: String, of property: String) throws { throw NotSimulated("change by itself: it follows its configuration") }

  func inject(_ fault: DeviceFault?) throws {
    if fault != nil { throw NotSimulated("fail: there is no bus") }
  }

  func stop() {}
}

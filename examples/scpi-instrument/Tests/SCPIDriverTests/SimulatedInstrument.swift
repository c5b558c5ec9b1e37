import MapperSDK
import MapperTesting
import SCPISimulator

/// The simulated power supply, behind a connection on which anything can go wrong.
struct SimulatedInstrument: DeviceSimulator {
  private let simulator: SCPISimulator
  private let bus: FaultyBus

  init() throws {
    simulator = try SCPISimulator()
    bus = try FaultyBus(to: simulator.port)
  }

  var protocolConfig: JSONValue { ["host": "127.0.0.1", "port": JSONValue(bus.port), "timeout": 200] }

  let properties = [
    SimulatedProperty("identity", .string, visitor: ["query": "*IDN?"], values: ("EXAMPLE,PSU-1,0001,1.0", "EXAMPLE,PSU-2,0002,1.1")),
    SimulatedProperty(
      "setpoint", .double, visitor: ["query": "SOUR:VOLT?", "set": "SOUR:VOLT"], isWritable: true, values: ("1.5", "12.25")),
    SimulatedProperty("output", .boolean, visitor: ["query": "OUTP?", "set": "OUTP"], isWritable: true, values: ("true", "false")),
  ]

  func value(of property: String) throws -> String {
    try simulator.withInstrument { instrument throws(NotSimulated) in
      switch property {
      case "identity": instrument.identity
      case "setpoint": "\(instrument.setpoint)"
      case "output": "\(instrument.isOn)"
      default: throw NotSimulated("have \(property)")
      }
    }
  }

  func set(_ text: String, of property: String) throws {
    try simulator.withInstrument { instrument throws(NotSimulated) in
      switch property {
      case "identity": instrument.identity = text
      case "setpoint": instrument.setpoint = Double(text) ?? 0
      case "output": instrument.isOn = text == "true"
      default: throw NotSimulated("have \(property)")
      }
    }
  }

  func inject(_ fault: DeviceFault?) async throws {
    let headers = ["identity": "*IDN", "setpoint": "SOUR:VOLT", "output": "OUTP"]
    switch fault {
    case .refuseReads(let property): simulator.withInstrument { $0.refused = ["\(headers[property] ?? "")?"] }
    case .refuseWrites(let property): simulator.withInstrument { $0.refused = [headers[property] ?? ""] }
    default:
      simulator.withInstrument { $0.refused = [] }
      try await bus.inject(fault)
    }
  }

  func stop() async {
    await bus.stop()
    await simulator.stop()
  }
}

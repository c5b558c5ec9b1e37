import MapperSDK
import MapperTesting
import ModbusSimulator

/// A Modbus slave with all kinds of properties.
struct SimulatedMeter: DeviceSimulator {
  /// What the driver waits for an answer, in milliseconds.
  static let timeout = 200

  struct UnknownProperty: Error { let name: String }

  private static let reading: Set<UInt8> = [1, 2, 3, 4]
  private static let writing: Set<UInt8> = [5, 6, 15, 16, 22]

  private let memory = SlaveMemory()
  private let simulator: ModbusSimulator

  init() throws {
    memory.define(.inputRegisters, 0..<2, unit: 1)
    memory.define(.holdingRegisters, 0..<8, unit: 1)
    memory.define(.coils, 0..<8, unit: 1)
    simulator = try ModbusSimulator(memory: memory, listen: .tcp(port: 0))
  }

  var port: Int { simulator.port }

  var protocolConfig: JSONValue {
    ["ip": "127.0.0.1", "port": JSONValue(port), "slaveID": 1, "timeout": JSONValue(Self.timeout)]
  }

  let properties = [
    SimulatedProperty(
      "voltage", .float, visitor: ["register": "InputRegister", "offset": 0, "dataType": "float32"], values: ("230.5", "12.25")),
    SimulatedProperty(
      "setpoint", .int, visitor: ["register": "HoldingRegister", "offset": 0, "dataType": "int16"], isWritable: true,
      values: ("20", "-35")),
    SimulatedProperty(
      "limit", .int, visitor: ["register": "HoldingRegister", "offset": 1, "dataType": "int16"], isWritable: true,
      values: ("400", "90")),
    SimulatedProperty(
      "alarm", .boolean, visitor: ["register": "HoldingRegister", "offset": 2, "bit": 3], isWritable: true, values: ("true", "false")),
    SimulatedProperty("pump", .boolean, visitor: ["register": "CoilRegister", "offset": 3], isWritable: true, values: ("false", "true")),
  ]

  func value(of property: String) throws -> String {
    switch property {
    case "voltage":
      let words = memory.values(.inputRegisters, 0..<2, unit: 1) ?? []
      return "\(Float(bitPattern: words.reduce(UInt32(0)) { $0 << 16 | UInt32($1) }))"
    case "setpoint", "limit": return "\(Int16(bitPattern: register(property == "setpoint" ? 0 : 1)))"
    case "alarm": return register(2) & 8 != 0 ? "true" : "false"
    case "pump": return memory.value(.coils, 3, unit: 1) == 1 ? "true" : "false"
    default: throw UnknownProperty(name: property)
    }
  }

  func set(_ text: String, of property: String) throws {
    switch property {
    case "voltage":
      let bits = (Float(text) ?? 0).bitPattern
      memory.set(.inputRegisters, 0, [UInt16(bits >> 16), UInt16(bits & 0xFFFF)], unit: 1)
    case "setpoint", "limit":
      memory.set(.holdingRegisters, property == "setpoint" ? 0 : 1, UInt16(bitPattern: Int16(text) ?? 0), unit: 1)
    case "alarm": memory.set(.holdingRegisters, 2, text == "true" ? register(2) | 8 : register(2) & ~8, unit: 1)
    case "pump": memory.set(.coils, 3, text == "true" ? 1 : 0, unit: 1)
    default: throw UnknownProperty(name: property)
    }
  }

  private func register(_ address: Int) -> UInt16 { memory.value(.holdingRegisters, address, unit: 1) ?? 0 }

  func inject(_ fault: DeviceFault?) throws {
    simulator.faults.clear()
    try simulator.plugIn()
    switch fault {
    case nil: break
    case .silent?: simulator.faults.set([FaultRule(.ignore)])
    case .slow(let milliseconds)?: simulator.faults.set([FaultRule(.delay(milliseconds: milliseconds))])
    case .disconnect?: simulator.faults.set([FaultRule(.close)])
    case .absent?: try simulator.unplug()
    case .garbage?: simulator.faults.set([FaultRule(.garbageInstead(count: 24))])
    case .refuseReads(let property)?: try refuse(property, Self.reading)
    case .refuseWrites(let property)?: try refuse(property, Self.writing)
    }
  }

  private func refuse(_ property: String, _ functions: Set<UInt8>) throws {
    let (address, coils, inputs): (Range<Int>, Bool, Bool) =
      switch property {
      case "voltage": (0..<2, false, true)
      case "setpoint": (0..<1, false, false)
      case "limit": (1..<2, false, false)
      case "alarm": (2..<3, false, false)
      case "pump": (3..<4, true, false)
      default: throw UnknownProperty(name: property)
      }
    var rule = FaultRule(.exception(.illegalDataAddress), addresses: address)
    let own: Set<UInt8> = coils ? [1, 5, 15] : inputs ? [4] : [3, 6, 16, 22]
    rule.functions = functions.intersection(own)
    simulator.faults.set([rule])
  }

  func stop() { simulator.stop() }
}

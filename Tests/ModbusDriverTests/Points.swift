import MapperSDK
import ModbusDriver

/// A point as the framework makes it of a Device's YAML.
func point(
  _ visitor: JSONValue, type: ValueType = .int, isWritable: Bool = true, limits: Limits = Limits(),
  config: JSONValue = ["ip": "10.0.0.7"], property: String = "p"
) throws -> ModbusPoint {
  ModbusPoint(
    device: DeviceName(namespace: "default", name: "meter"), property: property,
    config: try JSONValueDecoder().decode(ModbusConfig.self, from: config),
    visitor: try JSONValueDecoder().decode(ModbusVisitor.self, from: visitor), type: type, isWritable: isWritable, limits: limits)
}

/// A visitor of the holding register 0, with more members.
func visitor(_ members: JSONValue = [:], register: JSONValue = "HoldingRegister", offset: JSONValue = 0) -> JSONValue {
  var visitor = members
  visitor["register"] = register
  visitor["offset"] = offset
  return visitor
}

/// What a point reads from registers.
func decode(
  _ registers: [UInt16], _ members: JSONValue = [:], type: ValueType = .int, limits: Limits = Limits()
) throws -> Value {
  try ModbusValueCodec(point(visitor(members), type: type, limits: limits)).decode(.registers(registers))
}

/// What is written for a value.
func encode(_ value: Value, _ members: JSONValue = [:], type: ValueType = .int, limits: Limits = Limits()) throws -> ModbusWrite {
  try ModbusValueCodec(point(visitor(members), type: type, limits: limits)).encode(value)
}

/// The sentence of the error that something throws.
func reason(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "nothing was thrown"
  } catch {
    return "\(error)"
  }
}

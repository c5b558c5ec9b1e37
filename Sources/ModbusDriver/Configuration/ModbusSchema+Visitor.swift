internal import MapperSDK

extension ModbusSchema {
  static let visitor: [DriverSchema.Field] = place + meaning + access

  private static let place: [DriverSchema.Field] = [
    .init(
      "register", .oneOf(RegisterTable.allCases.map(\.rawValue) + ["coil", "discreteInput", "input", "holding"]), isRequired: true,
      isLenient: true,
      doc: "the table: CoilRegister, DiscreteInputRegister, InputRegister or HoldingRegister"),
    .init(
      "offset", .integer(0...65535), isRequired: true, isLenient: true,
      doc: "the first register or bit, counted from 0 as on the wire: 40001 of a manual is offset 0 of the holding registers"),
    .init(
      "limit", .integer(1...2000), isLenient: true,
      doc: "how many registers or bits; without it as many as dataType or the property's type takes"),
    .init("bit", .integer(0...15), isLenient: true, doc: "the bit of the register, 0 being the least significant"),
    .init("count", .integer(1...2000), isLenient: true, doc: "how many elements an array has; its value is a JSON array as text"),
  ]

  private static let meaning: [DriverSchema.Field] = [
    .init(
      "dataType", .oneOf(ModbusDataType.allCases.map(\.rawValue) + ["int", "float", "double", "boolean"]), isLenient: true,
      doc: "how the value lies in the registers; int, float and double leave the width to limit"),
    .init("isSwap", .boolean, default: false, isLenient: true, doc: "whether the bytes of each register are swapped"),
    .init("isRegisterSwap", .boolean, default: false, isLenient: true, doc: "whether the least significant register comes first"),
    .init(
      "byteOrder", .oneOf(ByteOrder.allCases.map(\.rawValue)), default: "ABCD", isLenient: true,
      doc: "the order of bytes on the wire, A being the most significant; says the same as isSwap and isRegisterSwap"),
    .init(
      "stringOrder", .oneOf(StringOrder.allCases.map(\.rawValue)), default: "high-first", isLenient: true,
      doc: "where in a register a text's characters are"),
    .init("scale", .anyNumber, default: 1, isLenient: true, doc: "what a number on the wire is multiplied by"),
    .init("valueOffset", .anyNumber, default: 0, isLenient: true, doc: "what is added to it then"),
    .init("precision", .integer(0...15), isLenient: true, doc: "how many decimals a value is rounded to"),
    .init("enum", .structure, doc: "texts for the numbers on the wire, for instance {\"0\": \"off\", \"1\": \"on\"}"),
  ]

  private static let access: [DriverSchema.Field] = [
    .init(
      "writeFunction", .oneOf(WriteFunction.allCases.map(\.rawValue)), default: "auto", isLenient: true,
      doc: "single writes with function code 5 or 6 only, multiple with 15 or 16 only, for devices that know no other"),
    .init("oneRequest", .boolean, default: false, isLenient: true, doc: "whether the property is read by a request of its own"),
    .init("max", .anyNumber, isLenient: true, doc: "passed over: the model's maximum is what counts"),
    .init("min", .anyNumber, isLenient: true, doc: "passed over: the model's minimum is what counts"),
  ]
}

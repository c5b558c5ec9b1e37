extension Schema {
  /// An element of `spec.propertyVisitors` of v1alpha2.
  static let propertyVisitorV1Alpha2: Schema = .object(
    "How the driver finds one property: in one protocol.",
    [
      .required("propertyName", .string("The name of the property in the model, unique in the device.")),
      .optional(
        "collectCycle",
        .integer("How often the property is read, in milliseconds; from 100000000 on taken as nanoseconds, as old mappers do.")),
      .optional(
        "reportCycle",
        .integer("How often the property is reported, in milliseconds; from 100000000 on taken as nanoseconds.")),
      .optional("modbus", modbusVisitor),
      .optional(
        "opcua",
        .object(
          "An OPC UA node.",
          [
            .optional("nodeID", .string("The identifier of the node, for instance ns=1,i=1005.")),
            .optional("browseName", .string("The name of the node.")),
          ])),
      .optional("bluetooth", bluetoothVisitor),
      .optional(
        "customizedProtocol",
        .object(
          "Any other protocol.",
          [
            .optional("protocolName", .string("The protocol these data are for.")),
            .optional("configData", .free("What the protocol's driver needs to find the property.")),
          ])),
      .optional("customizedValues", .free("What else the driver needs.")),
    ])

  private static let modbusVisitor: Schema = .object(
    "Modbus registers.",
    [
      .optional(
        "register",
        .string("The table.", allowed: ["CoilRegister", "DiscreteInputRegister", "InputRegister", "HoldingRegister"])),
      .optional("offset", .integer("The address of the first register.")),
      .optional("limit", .integer("How many registers the value takes.")),
      .optional("scale", .number("What the raw value is multiplied by; 1 when it is missing.")),
      .optional("isSwap", .boolean("Whether the bytes of a register are swapped.")),
      .optional("isRegisterSwap", .boolean("Whether the registers come with the low one first.")),
    ])

  private static let bluetoothVisitor: Schema = .object(
    "A Bluetooth characteristic.",
    [
      .optional("characteristicUUID", .string("The UUID of the characteristic.")),
      .optional(
        "dataWrite",
        .map("The bytes to write for each desired value.", of: .string("The bytes, base64.", format: "byte"))),
      .optional(
        "dataConverter",
        .object(
          "How the bytes read become a value.",
          [
            .optional("startIndex", .integer("The index of the first byte.", format: nil)),
            .optional("endIndex", .integer("The index of the last byte.", format: nil)),
            .optional("shiftLeft", .integer("How many bits to shift left.", format: nil)),
            .optional("shiftRight", .integer("How many bits to shift right.", format: nil)),
            .optional(
              "orderOfOperations",
              .array(
                "What is then done with the number, in order.",
                of: .object(
                  "An operation.",
                  [
                    .optional("operationType", .string("The operation: Add, Subtract, Multiply or Divide.")),
                    .optional("operationValue", .number("The other operand.")),
                  ]))),
          ])),
    ])
}

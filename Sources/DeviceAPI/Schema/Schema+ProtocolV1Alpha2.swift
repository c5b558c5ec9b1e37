extension Schema {
  /// `spec.protocol` of v1alpha2.
  static let protocolV1Alpha2: Schema = .object(
    "How to reach the device: one protocol, and what all protocols have in common. The model's protocol when empty.",
    [
      .optional(
        "modbus", .object("Modbus.", [.optional("slaveID", .integer("The unit identifier, 0 to 255.", minimum: 0, maximum: 255))])),
      .optional("opcua", opcua),
      .optional(
        "bluetooth",
        .object("Bluetooth.", [.optional("macAddress", .string("The address of the device."))])),
      .optional(
        "customizedProtocol",
        .object(
          "Any other protocol.",
          [
            .optional("protocolName", .string("The protocol, by which the mapper is found.")),
            .optional("configData", .free("What the protocol's driver needs to reach the device.")),
          ])),
      .optional("common", common),
    ])

  private static let opcua: Schema = .object(
    "OPC UA.",
    [
      .optional("url", .string("The endpoint of the server.")),
      .optional("userName", .string("The user.")),
      .optional("password", .string("The user's password.")),
      .optional("securityPolicy", .string("The security policy; none when empty.")),
      .optional("securityMode", .string("The security mode; none when empty.")),
      .optional("certificate", .string("The client's certificate.")),
      .optional("privateKey", .string("The client's private key.")),
      .optional("timeout", .integer("How long to wait for a connection, in seconds.")),
    ])

  private static let common: Schema = .object(
    "What all protocols have in common.",
    [
      .optional("com", serial),
      .optional(
        "tcp",
        .object(
          "A connection over TCP.",
          [
            .optional("ip", .string("The address of the device.")),
            .optional("port", .integer("The TCP port.", minimum: 0, maximum: 65535)),
          ])),
      .optional("commType", .string("How the device is connected, for instance a TCP client or a serial line.")),
      .optional("reconnTimeout", .integer("How long to wait for a connection, in the mapper's unit.")),
      .optional("reconnRetryTimes", .integer("How often to try to connect.")),
      .optional("collectTimeout", .integer("How long to wait for a value, in the mapper's unit.")),
      .optional("collectRetryTimes", .integer("How often to try to read a value.")),
      .optional("collectType", .string("Whether values are waited for.", allowed: ["sync", "async"])),
      .optional("customizedValues", .free("What else the driver needs.")),
    ])

  private static let serial: Schema = .object(
    "A serial line.",
    [
      .optional("serialPort", .string("The device file, for instance /dev/ttyS0.")),
      .optional(
        "baudRate",
        .integer(
          "The speed, in bits a second.",
          allowed: [115_200, 57600, 38400, 19200, 9600, 4800, 2400, 1800, 1200, 600, 300, 200, 150, 134, 110, 75, 50])),
      .optional("dataBits", .integer("Data bits a character.", allowed: [8, 7, 6, 5])),
      .optional("parity", .string("The parity; none when empty.", allowed: ["none", "even", "odd"])),
      .optional("stopBits", .integer("Stop bits a character.", allowed: [1, 2])),
    ])
}

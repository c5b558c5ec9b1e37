extension Schema {
  /// DeviceModel of v1beta1.
  static let deviceModelV1Beta1: Schema = .resource(
    "What devices of one sort have in common: their properties, and how drivers find them.",
    [
      .optional(
        "spec",
        .object(
          "The properties and the defaults of their devices.",
          [
            .optional("properties", .array("The properties.", of: modelPropertyV1Beta1, merged: .map(keys: ["name"]))),
            .optional("protocol", .string("The protocol of devices that name none.")),
            .optional("protocolConfigData", .free("The protocol configuration devices start from and override key by key.")),
          ]))
    ])

  private static let modelPropertyV1Beta1: Schema = .object(
    "A property.",
    [
      .required("name", .string("The name, unique in the model; streams are called saveFrame or saveVideo.")),
      .optional("description", .string("What the property is.")),
      .optional("type", .string("The type of the value.", allowed: PropertyType.allCases.map(\.v1beta1Name))),
      .optional("accessMode", accessMode),
      .optional("minimum", .string("The least value allowed, as a decimal number.")),
      .optional("maximum", .string("The greatest value allowed, as a decimal number.")),
      .optional("unit", .string("What the value is measured in.")),
      .optional(
        "visitors",
        .object(
          "How drivers find the property unless the device says otherwise.",
          [
            .optional("protocolName", .string("The protocol these data are for.")),
            .optional("configData", .free("What the protocol's driver needs to find the property.")),
          ])),
    ])

  /// DeviceModel of v1alpha2.
  static let deviceModelV1Alpha2: Schema = .resource(
    "What devices of one sort have in common: their properties.",
    [
      .optional(
        "spec",
        .object(
          "The properties and the protocol of their devices.",
          [
            .optional("properties", .array("The properties.", of: modelPropertyV1Alpha2, merged: .map(keys: ["name"]))),
            .optional("protocol", .string("The protocol of devices that name none.")),
          ]))
    ])

  private static let modelPropertyV1Alpha2: Schema = .object(
    "A property.",
    [
      .required("name", .string("The name, unique in the model.")),
      .optional("description", .string("What the property is.")),
      .optional(
        "type",
        .object(
          "The type of the value: one of these.",
          [
            .optional("int", numeric("A whole number of 64 bits.", .integer("A whole number."))),
            .optional("float", numeric("A number of single precision.", .number("A number."))),
            .optional("double", numeric("A number of double precision.", .number("A number."))),
            .optional("string", plain("Text.", .string("The value before anything was read."))),
            .optional("boolean", plain("True or false.", .boolean("The value before anything was read."))),
            .optional("bytes", plain("Bytes.", nil)),
          ])),
    ])

  private static func numeric(_ description: String, _ value: Schema) -> Schema {
    func described(_ description: String) -> Schema {
      var schema = value
      schema.description = description
      return schema
    }
    return .object(
      description,
      [
        .optional("accessMode", accessMode),
        .optional("defaultValue", described("The value before anything was read.")),
        .optional("minimum", described("The least value allowed.")),
        .optional("maximum", described("The greatest value allowed.")),
        .optional("unit", .string("What the value is measured in.")),
      ])
  }

  private static func plain(_ description: String, _ defaultValue: Schema?) -> Schema {
    .object(
      description,
      [.optional("accessMode", accessMode)] + (defaultValue.map { [.optional("defaultValue", $0)] } ?? []))
  }

  private static let accessMode: Schema = .string(
    "Whether the property may be written; ReadOnly when it is missing.", allowed: AccessMode.allCases.map(\.rawValue))
}

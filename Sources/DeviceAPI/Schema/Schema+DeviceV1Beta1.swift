extension Schema {
  /// Device of v1beta1.
  static let deviceV1Beta1: Schema = .resource(
    "One physical device: its model, the node it is attached to, how to reach it, and the values it should have.",
    [
      .optional("spec", deviceSpecV1Beta1),
      .optional(
        "status",
        .object(
          "What is known of the device; written by the server.",
          deviceStatusFields + [
            .optional("observedGeneration", .integer("The generation of the object that the conditions speak of.")),
            .optional("reportToCloud", .boolean("Whether the state is reported; newer objects say it in spec.stateReport.")),
            .optional("reportCycle", .integer("How often the state is reported, in milliseconds; see spec.stateReport.")),
          ], preservesUnknown: true)),
    ])

  private static let deviceSpecV1Beta1: Schema = .object(
    "What the device should be.",
    [
      .optional("deviceModelRef", deviceModelRef),
      .optional("nodeName", .string("The node whose mappers serve the device.")),
      .optional(
        "protocol",
        .object(
          "How to reach the device; the model's protocol and protocolConfigData fill in what is missing here.",
          [
            .optional("protocolName", .string("The protocol, by which the mapper is found: modbus, gpio and the like.")),
            .optional("configData", .free("What the protocol's driver needs to reach the device.")),
          ])),
      .optional(
        "properties",
        .array(
          "What the device says about its model's properties. Entries with nothing but a desired value leave all of the model's properties in use.",
          of: devicePropertyV1Beta1, merged: .map(keys: ["name"]))),
      .optional(
        "methods",
        .array(
          "What the device can be told to do.",
          of: .object(
            "A method.",
            [
              .required("name", .string("The name, unique in the device.")),
              .optional("description", .string("What the method does.")),
              .optional("propertyNames", .array("The properties the method sets.", of: .string("The name of a property."))),
            ]), merged: .map(keys: ["name"]))),
      .optional(
        "stateReport",
        .object(
          "Whether and how often the device's state is reported.",
          [
            .optional("reportToCloud", .boolean("Whether the state is reported.")),
            .optional("reportCycle", .integer("How often the state is reported, in milliseconds.")),
          ])),
    ])

  private static let devicePropertyV1Beta1: Schema = .object(
    "A property of the device.",
    [
      .required("name", .string("The name of the property in the model, unique in the device.")),
      .optional("desired", twinValue("The value the property should have; an empty one asks for nothing.")),
      .optional(
        "visitors",
        .object(
          "How the driver finds the property in the device; overrides the model's key by key.",
          [
            .optional("protocolName", .string("The protocol these data are for.")),
            .optional("configData", .free("What the protocol's driver needs to find the property.")),
          ])),
      .optional("collectCycle", .integer("How often the property is read, in milliseconds.")),
      .optional("reportCycle", .integer("How often the property is reported, in milliseconds.")),
      .optional("reportToCloud", .boolean("Whether the value goes to the twin.")),
      .optional("pushMethod", pushMethod),
    ])
}

extension Schema {
  /// Device of v1alpha2.
  static let deviceV1Alpha2: Schema = .resource(
    "One physical device: its model, the node it is attached to, how to reach it, and the values it should have.",
    [
      .optional("spec", deviceSpecV1Alpha2),
      .optional(
        "status",
        .object("What the device should be (twins[].desired, yours to write) and what is known of it (the server's).", deviceStatusFields)),
    ])

  private static let deviceSpecV1Alpha2: Schema = .object(
    "What the device is and where it is attached.",
    [
      .optional("deviceModelRef", deviceModelRef),
      .optional("protocol", protocolV1Alpha2),
      .optional(
        "propertyVisitors",
        .array(
          "How the driver finds the properties in the device. Without any, all of the model's properties are in use.",
          of: propertyVisitorV1Alpha2, merged: .map(keys: ["propertyName"]))),
      .optional("data", deviceDataV1Alpha2),
      .optional("nodeSelector", nodeSelector),
    ])

  private static let deviceDataV1Alpha2: Schema = .object(
    "Properties that are published as a time series for applications, past the twin.",
    [
      .optional("dataTopic", .string("The MQTT topic they are published to; $ke/events/device/+/data/update when empty.")),
      .optional(
        "dataProperties",
        .array(
          "The properties.",
          of: .object(
            "A property.",
            [
              .optional("propertyName", .string("The name of the property in the model.")),
              .optional("metadata", .map("What accompanies the value.", of: .string("The value of this key."))),
            ]))),
    ])

  private static let nodeSelector: Schema = .object(
    "The node whose mappers serve the device: the first value of the first expression of the first term.",
    [
      .required(
        "nodeSelectorTerms",
        .array(
          "Alternatives.",
          of: .object(
            "Requirements that all have to hold.",
            [
              .optional("matchExpressions", .array("Requirements on the node's labels.", of: nodeRequirement)),
              .optional("matchFields", .array("Requirements on the node's fields.", of: nodeRequirement)),
            ], merged: .atomic)))
    ], merged: .atomic)

  private static let nodeRequirement: Schema = .object(
    "A requirement.",
    [
      .required("key", .string("The label; may be empty, since the value names the node.")),
      .required("operator", .string("How key and values relate: In, NotIn, Exists, DoesNotExist, Gt or Lt.")),
      .optional("values", .array("The values; the first names the node.", of: .string("The name of a node."))),
    ])
}

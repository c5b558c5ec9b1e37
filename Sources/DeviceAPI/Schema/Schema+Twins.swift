extension Schema {
  /// A twin's value, desired or reported.
  static func twinValue(_ description: String) -> Schema {
    .object(
      description,
      [
        .required("value", .string("The value as text, whatever the property's type.")),
        .optional(
          "metadata",
          .map(
            "What accompanies the value: its type, its timestamp in milliseconds since 1970, its quality.",
            of: .string("The value of this key."))),
      ])
  }

  /// What is known of a device's properties.
  static let twins: Schema = .array(
    "The twins: what each property should be and what it was last reported to be.",
    of: .object(
      "The twin of one property.",
      [
        .required("propertyName", .string("The name of the property in the model.")),
        .optional("desired", twinValue("The value the property should have; an empty one asks for nothing.")),
        .optional("reported", twinValue("The value the mapper read last.")),
        .optional("observedDesired", twinValue("The desired value the mapper has received.")),
      ]), merged: .map(keys: ["propertyName"]))

  /// The status of a Device. What the server adds to KubeEdge's fields is the same in both versions, so that an object that
  /// was read can be applied again.
  static let deviceStatusFields: [Field] = [
    .optional("twins", twins),
    .optional("state", .string("Whether the device can be reached, as its mapper says: online, offline, unhealthy, unknown and the like.")),
    .optional("lastOnlineTime", .string("When the device was last reached, RFC 3339.")),
    .optional(
      "conditions",
      .array("What is true of the device now.", of: condition, merged: .map(keys: ["type"]))),
    .optional("extensions", .free("Further state of the device, as its mapper reports it.")),
  ]

  private static let condition: Schema = .object(
    "One aspect of the device's state.",
    [
      .required("type", .string("The aspect: ModelFound, Ready or Synced.")),
      .required("status", .string("Whether it holds.", allowed: ["True", "False", "Unknown"])),
      .optional("reason", .string("Why, as one word.")),
      .optional("message", .string("Why, as a sentence.")),
      .optional("lastTransitionTime", .string("When the status last changed.", format: "date-time")),
      .optional("observedGeneration", .integer("The generation of the object the condition speaks of.")),
    ])

  /// The reference to a model.
  static let deviceModelRef: Schema = .object(
    "The model the device is an instance of.",
    [.optional("name", .string("The name of a DeviceModel in the same namespace."))], merged: .atomic)
}

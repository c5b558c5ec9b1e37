package import DeviceAPI

extension Schema {
  /// Event of the core group, as Kubernetes has it.
  package static let event: Schema = .resource(
    "What happened to an object, told by whoever saw it; the same happening again raises the count.",
    [
      .required("involvedObject", reference("The object this is about.")),
      .optional("reason", .string("Why this is told, in one word for machines.")),
      .optional("message", .string("What happened, for people.")),
      .optional("type", .string("Normal, or Warning for what somebody should look at.", allowed: ["Normal", "Warning"])),
      .optional("count", .integer("How often it happened.", minimum: 0, maximum: 2_147_483_647, format: "int32")),
      .optional("firstTimestamp", .string("When it happened first.", format: "date-time")),
      .optional("lastTimestamp", .string("When it happened last.", format: "date-time")),
      .optional("eventTime", .string("When it happened first, to the microsecond.", format: "date-time")),
      .optional(
        "series",
        .object(
          "How often it happened, in the words of the newer API.",
          [
            .optional("count", .integer("How often it happened.", minimum: 0, format: "int32")),
            .optional("lastObservedTime", .string("When it happened last.", format: "date-time")),
          ])),
      .optional(
        "source",
        .object(
          "Who tells it.",
          [
            .optional("component", .string("The program.")), .optional("host", .string("The node it runs on.")),
          ])),
      .optional("reportingComponent", .string("The program that tells it.")),
      .optional("reportingInstance", .string("Which of several such programs tells it.")),
      .optional("action", .string("What was done about it.")),
      .optional("related", reference("Another object that has to do with it.")),
    ])

  private static func reference(_ description: String) -> Schema {
    .object(
      description,
      [
        .optional("apiVersion", .string("The group and version of the object.")),
        .optional("kind", .string("The kind of the object.")),
        .optional("namespace", .string("The namespace of the object.")),
        .optional("name", .string("The name of the object.")),
        .optional("uid", .string("The identity of the object.")),
        .optional("resourceVersion", .string("The revision of the object.")),
        .optional("fieldPath", .string("The part of the object this is about.")),
      ])
  }
}

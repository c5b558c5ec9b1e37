import DeviceAPI

extension Schema {
  static let namespace: Schema = .resource(
    "A space of names: objects of one kind have different names in it.",
    [
      .optional(
        "spec",
        .object(
          "What the namespace should be.", [.optional("finalizers", .array("Who has to agree before it is gone.", of: .string("A name.")))])
      ),
      .optional(
        "status", .object("What the namespace is.", [.optional("phase", .string("Active, or Terminating while its objects are deleted."))])
      ),
    ])

  static let node: Schema = .resource(
    "The machine that edgecore runs on.",
    [.optional("spec", .free("What the node should be.")), .optional("status", .free("What is known of the node; written by the server."))])

  static let configMap: Schema = .resource(
    "Text by key that other objects refer to.",
    [
      .optional("data", .map("UTF-8 text by key.", of: .string("The text."))),
      .optional("binaryData", .map("Bytes by key, in base64.", of: .string("The bytes.", format: "byte"))),
      .optional("immutable", .boolean("Whether the data can't be changed any more.")),
    ])

  static let secret: Schema = .resource(
    "Bytes by key that only those should read who need them.",
    [
      .optional("data", .map("The bytes by key, in base64.", of: .string("The bytes.", format: "byte"))),
      .optional("stringData", .map("Text by key, which the server puts into data; never shown.", of: .string("The text."))),
      .optional("immutable", .boolean("Whether the data can't be changed any more.")),
      .optional("type", .string("What sort of secret it is; Opaque unless said.")),
    ])
}

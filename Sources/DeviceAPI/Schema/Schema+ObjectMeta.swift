extension Schema {
  /// The metadata every object has (Kubernetes' `ObjectMeta`).
  static let objectMeta: Schema = .object(
    "The name of the object and what else is known of it whatever its kind.",
    [
      .optional("name", .string("The name, unique among the objects of this kind in the namespace; it never changes.")),
      .optional("generateName", .string("A prefix the server makes a name of when there is none.")),
      .optional("namespace", .string("The namespace the object belongs to; it never changes.")),
      .optional("labels", .map("Keys and values that selectors can match.", of: .string("The value of the label.").nullable)),
      .optional(
        "annotations", .map("Keys and values of any kind that nothing matches.", of: .string("The value of the annotation.").nullable)),
      .optional("uid", .string("The identity of the object, given by the server; a later object of the same name has another.")),
      .optional("resourceVersion", .string("The server's mark of this revision; a write that carries an old one is refused.")),
      .optional("generation", .integer("How often the desired state was changed, counted by the server.")),
      .optional("creationTimestamp", .string("When the server made the object.", format: "date-time")),
      .optional("deletionTimestamp", .string("When the object will be gone, once its deletion was asked for.", format: "date-time")),
      .optional("deletionGracePeriodSeconds", .integer("How many seconds pass between the request to delete and the deletion.")),
      .optional("selfLink", .string("Always empty; kept for old clients.")),
      .optional(
        "finalizers", .array("Names of who has to agree before the object is deleted.", of: .string("A name with a domain."), merged: .set)),
      .optional(
        "ownerReferences",
        .array("The objects this one depends on: it is deleted with the last of them.", of: ownerReference, merged: .map(keys: ["uid"]))),
      .optional(
        "managedFields",
        .array("Which client last set which fields, kept by the server.", of: .free("The fields of one client."))),
    ])

  private static let ownerReference: Schema = .object(
    "An object this one depends on.",
    [
      .required("apiVersion", .string("The group and version of the owner.")),
      .required("kind", .string("The kind of the owner.")),
      .required("name", .string("The name of the owner.")),
      .required("uid", .string("The identity of the owner.")),
      .optional("controller", .boolean("Whether this owner manages the object.")),
      .optional("blockOwnerDeletion", .boolean("Whether the owner waits for this object when it is deleted in the foreground.")),
    ], merged: .atomic)
}

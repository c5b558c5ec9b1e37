import JSON

/// The schemas that requests on all kinds share.
enum OpenAPIMeta {
  private static let prefix = "io.k8s.apimachinery.pkg.apis.meta.v1."
  static let objectMetaName = prefix + "ObjectMeta"
  static let listMetaName = prefix + "ListMeta"
  static let statusName = prefix + "Status"
  static let deleteOptionsName = prefix + "DeleteOptions"
  static let patchName = prefix + "Patch"

  /// By name.
  ///
  /// - Parameter groupVersions: Where options of a deletion may say they belong.
  static func schemas(_ groupVersions: [(group: String, version: String)]) -> [(String, JSONValue)] {
    var options = deleteOptions.openAPI
    options["x-kubernetes-group-version-kind"] = .array(
      groupVersions.map { ["group": .string($0.group), "version": .string($0.version), "kind": "DeleteOptions"] })
    var status = status.openAPI
    status["x-kubernetes-group-version-kind"] = [["group": "", "version": "v1", "kind": "Status"]]
    return [
      (objectMetaName, Schema.objectMeta.openAPI), (listMetaName, listMeta.openAPI), (statusName, status), (deleteOptionsName, options),
      (patchName, ["type": "object", "description": "What is to be changed, in the words of the content type."]),
    ]
  }

  private static let header: [Schema.Field] = [
    .optional("apiVersion", .string("The group and version of the API this object is written in.")),
    .optional("kind", .string("The kind of this object.")),
  ]

  private static let listMeta: Schema = .object(
    "What is known of a list.",
    [
      .optional("continue", .string("Where the rest of the list begins, when it was cut.")),
      .optional("remainingItemCount", .integer("How many objects the rest has.")),
      .optional("resourceVersion", .string("The revision of the list, from which a watch can start.")),
      .optional("selfLink", .string("Always empty; kept for old clients.")),
    ])

  private static let deleteOptions: Schema = .object(
    "How an object is deleted.",
    header + [
      .optional("dryRun", .array("With All, the request is checked and answered, and changes nothing.", of: .string("All."))),
      .optional("gracePeriodSeconds", .integer("After how many seconds the object is gone; objects here go at once.")),
      .optional("orphanDependents", .boolean("Whether what depends on the object stays; propagationPolicy says it better.")),
      .optional(
        "preconditions",
        .object(
          "What has to be true of the object, else nothing is deleted.",
          [
            .optional("resourceVersion", .string("The revision it is in.")),
            .optional("uid", .string("Its identity.")),
          ])),
      .optional("propagationPolicy", .string("What becomes of what depends on the object: Orphan, Background or Foreground.")),
    ])

  private static let status: Schema = .object(
    "What became of a request that isn't answered with an object.",
    header + [
      .optional("metadata", listMeta),
      .optional("status", .string("Success or Failure.")),
      .optional("message", .string("What is wrong, for people.")),
      .optional("reason", .string("What is wrong, as one word: NotFound, Conflict, Invalid and the like.")),
      .optional("code", .integer("The HTTP status.", format: "int32")),
      .optional(
        "details",
        .object(
          "What it is about.",
          [
            .optional("group", .string("The group of the object's kind.")),
            .optional("kind", .string("The kind, or its name in URLs.")),
            .optional("name", .string("The object's name.")),
            .optional("uid", .string("The object's identity.")),
            .optional("retryAfterSeconds", .integer("After how many seconds it is worth another try.", format: "int32")),
            .optional(
              "causes",
              .array(
                "Each thing that is wrong.",
                of: .object(
                  "One thing that is wrong.",
                  [
                    .optional("field", .string("The field, for instance spec.properties[2].type.")),
                    .optional("message", .string("What is wrong with it, for people.")),
                    .optional("reason", .string("What is wrong with it, as one word.")),
                  ]))),
          ])),
    ])
}

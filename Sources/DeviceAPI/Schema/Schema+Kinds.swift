extension Schema {
  /// The schema of a kind in a version; `nil` when the kind doesn't exist in it.
  public static func of(_ kind: ResourceKind, _ version: APIVersion) -> Schema? {
    switch (kind, version) {
    case (.device, .v1alpha2): deviceV1Alpha2
    case (.device, .v1beta1): deviceV1Beta1
    case (.deviceModel, .v1alpha2): deviceModelV1Alpha2
    case (.deviceModel, .v1beta1): deviceModelV1Beta1
    case (.deviceStatus, .v1beta1): deviceStatusV1Beta1
    case (.deviceStatus, .v1alpha2): nil
    }
  }

  /// A whole object: the fields every kind has, and its own.
  package static func resource(_ description: String, _ fields: [Field]) -> Schema {
    .object(
      description,
      [
        .optional("apiVersion", .string("The group and version of the API this object is written in.")),
        .optional("kind", .string("The kind of this object.")),
        .optional("metadata", objectMeta),
      ] + fields)
  }
}

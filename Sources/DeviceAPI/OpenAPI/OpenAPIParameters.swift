import JSON

/// The parameters of requests, as OpenAPI describes them.
enum OpenAPIParameters {
  static let namespace = parameter("namespace", "path", "The namespace.")
  static let name = parameter("name", "path", "The name of the object.")

  static let listing: [JSONValue] = [
    query("allowWatchBookmarks", "Whether a watch tells how far it is now and then.", type: "boolean"),
    query("continue", "Where a cut list goes on."),
    query("fieldSelector", "Only objects whose fields match."),
    query("labelSelector", "Only objects whose labels match."),
    query("limit", "At most so many objects.", type: "integer"),
    query("resourceVersion", "The revision to start from."),
    query("resourceVersionMatch", "How the revision counts: Exact or NotOlderThan."),
    query("sendInitialEvents", "Whether a watch begins with the objects there are.", type: "boolean"),
    query("timeoutSeconds", "After how many seconds a watch ends.", type: "integer"),
    query("watch", "Whether changes follow.", type: "boolean"),
  ]

  static let writing: [JSONValue] = [
    dryRun,
    query("fieldManager", "The name of the client, under which the fields it sets are noted; an apply needs it."),
    query("fieldValidation", "What becomes of unknown and duplicate fields: Ignore, Warn or Strict."),
  ]

  static let force = query("force", "Whether an apply takes fields from other managers.", type: "boolean")

  static let deleting: [JSONValue] = [
    dryRun,
    query("gracePeriodSeconds", "After how many seconds the object is gone; objects here go at once.", type: "integer"),
    query("orphanDependents", "Whether what depends on the object stays; propagationPolicy says it better.", type: "boolean"),
    query("propagationPolicy", "What becomes of what depends on the object: Orphan, Background or Foreground."),
  ]

  private static let dryRun = query("dryRun", "With All, the request is checked and answered, and changes nothing.")

  private static func query(_ name: String, _ description: String, type: String = "string") -> JSONValue {
    parameter(name, "query", description, type: type)
  }

  private static func parameter(_ name: String, _ place: String, _ description: String, type: String = "string") -> JSONValue {
    var json: JSONObject = [
      "name": .string(name), "in": .string(place), "description": .string(description),
      "schema": ["type": .string(type), "uniqueItems": true],
    ]
    if place == "path" { json["required"] = true }
    return .object(json)
  }
}

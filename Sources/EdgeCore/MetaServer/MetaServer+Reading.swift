import DeviceAPI
import JSON

extension MetaServer {
  package func selection(_ kind: ObjectKind, _ namespace: String?, _ request: APIRequest) throws(APIStatus) -> ObjectSelection {
    var selection = ObjectSelection(kind: kind, namespace: namespace, isSpecOnly: request.flag("specOnly"))
    do throws(MalformedSelector) {
      selection.labels = try LabelSelector(request.query["labelSelector"] ?? "")
    } catch {
      throw .badRequest("unable to parse labelSelector: \(error)")
    }
    do throws(MalformedSelector) {
      selection.fields = try FieldSelector(request.query["fieldSelector"] ?? "")
    } catch {
      throw .badRequest("unable to parse fieldSelector: \(error)")
    }
    let selectable = ["metadata.name", "metadata.namespace"] + kind.selectableFields
    for requirement in selection.fields.requirements where !selectable.contains(requirement.field) {
      throw .badRequest("field label not supported: \(requirement.field.prefix(64)) (\(selectable.joined(separator: ", ")) are)")
    }
    return selection
  }

  func list(_ kind: ObjectKind, _ version: ObjectVersion, _ namespace: String?, _ call: Call) async throws -> APIAnswer {
    let options = try ListOptions(call.request.query)
    if call.request.query["sendInitialEvents"] != nil {
      throw APIStatus.invalidOptions(
        "ListOptions", [FieldError(path: "sendInitialEvents", kind: .forbidden, detail: "sendInitialEvents is forbidden for list")])
    }
    let selection = try selection(kind, namespace, call.request)
    let page: ListPage
    do throws(ListFailure) {
      page = try await meta.page(selection, options)
    } catch {
      throw Self.status(of: error, options)
    }
    var answer = APIAnswer(200, .list(try body(page, kind, version, call)))
    if let deprecation = kind.definition.deprecations[version] { answer.warnings.append(deprecation) }
    return answer
  }

  static func status(of failure: ListFailure, _ options: ListOptions) -> APIStatus {
    switch failure {
    case .expired(let next?):
      var status = APIStatus.expired(
        """
        The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue \
        parameter, or use the continue token in this response to retrieve the rest of the objects as they are now.
        """)
      status.next = next
      return status
    case .expired(nil): return .expired("the resourceVersion for the provided list is too old; list again")
    case .tooNew(let current):
      var wanted: Int64 = 0
      switch options.match {
      case .any: wanted = options.next?.resourceVersion ?? 0
      case .exact(let revision), .notOlderThan(let revision): wanted = revision
      }
      return tooNew(wanted: wanted, current: current)
    }
  }

  /// The answer to who wants a revision that isn't there yet.
  static func tooNew(wanted: Int64, current: Int64) -> APIStatus {
    var status = APIStatus(
      504, "Timeout", "Timeout: Too large resource version: \(wanted), current: \(current)", group: "",
      causes: [.init(reason: "ResourceVersionTooLarge", message: "Too large resource version", field: "")])
    status.retryAfterSeconds = 1
    return status
  }

  private func body(_ page: ListPage, _ kind: ObjectKind, _ version: ObjectVersion, _ call: Call) throws -> ListBody {
    var metadata: JSONValue = ["resourceVersion": .string(String(page.resourceVersion))]
    if let next = page.next { metadata["continue"] = .string(next.text) }
    if let remaining = page.remaining { metadata["remainingItemCount"] = JSONValue(remaining) }
    switch call.accept.form {
    case .table(let format):
      let table = TableView(
        kind: kind, version: version, now: clock.now, format: format, rows: try TableView.Rows(call.request),
        hidesSecrets: !call.isAuthenticated)
      return table.list(page.objects, metadata: metadata)
    case .partial(_, isList: false):
      throw APIStatus(406, "NotAcceptable", "you requested PartialObjectMetadata, but the requested object is a list")
    case .partial(let format, isList: true):
      return ListBody(
        ["kind": "PartialObjectMetadataList", "apiVersion": .string("meta.k8s.io/\(format)"), "metadata": metadata],
        count: page.objects.count
      ) { ObjectView.partial(shown(page.objects[$0], call), in: version, as: kind, "meta.k8s.io/\(format)") }
    case .object:
      if metadata["continue"] == nil, !kind.group.isEmpty { metadata["continue"] = "" }
      return ListBody(
        ["kind": .string(kind.listKind), "apiVersion": .string(version.groupVersion), "metadata": metadata], count: page.objects.count
      ) { ObjectView.json(shown(page.objects[$0], call), in: version, as: kind) }
    }
  }

  func show(_ object: ServedObject, _ kind: ObjectKind, _ version: ObjectVersion, _ call: Call) throws -> APIAnswer {
    let whole = object
    let object = shown(object, call)
    var answer: APIAnswer
    switch call.accept.form {
    case .object: answer = APIAnswer(200, .json(ObjectView.json(object, in: version, as: kind)))
    case .partial(let format, isList: false):
      answer = APIAnswer(200, .json(ObjectView.partial(object, in: version, as: kind, "meta.k8s.io/\(format)")))
    case .partial(_, isList: true):
      throw APIStatus(406, "NotAcceptable", "you requested PartialObjectMetadataList, but the requested object is not a list")
    case .table(let format):
      let table = TableView(
        kind: kind, version: version, now: clock.now, format: format, rows: try TableView.Rows(call.request),
        hidesSecrets: !call.isAuthenticated)
      answer = APIAnswer(200, .json(table.json([whole], metadata: ["resourceVersion": .string(String(object.resourceVersion))])))
    }
    if let deprecation = kind.definition.deprecations[version] { answer.warnings.append(deprecation) }
    return answer
  }

  /// The object as far as this client may see it: what is secret only with a credential.
  package func shown(_ object: ServedObject, _ call: Call) -> ServedObject {
    guard object.stored.key.kind == .secret, !call.isAuthenticated else { return object }
    var object = object
    object.stored.hideSecrets()
    return object
  }
}

extension StoredObject {
  /// Takes out the data of a Secret, and the copy of them that `kubectl apply` keeps.
  mutating func hideSecrets() {
    guard key.kind == .secret else { return }
    content["data"] = nil
    content["stringData"] = nil
    content["metadata"]?["annotations"]?[LastApplied.annotation] = nil
    if content.at("metadata", "annotations") == [:] { content["metadata"]?["annotations"] = nil }
  }
}

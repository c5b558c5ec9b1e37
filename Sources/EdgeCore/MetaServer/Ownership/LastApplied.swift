import DeviceAPI
import JSON

/// What `kubectl apply` or `edgectl apply` noted of the file that it applied last, without `--server-side`.
///
/// Whoever goes over to `--server-side` must not be in conflict with what the same file said before, so fields that still
/// are as it had them are taken over, as an API server does it.
struct LastApplied {
  static let annotation = "kubectl.kubernetes.io/last-applied-configuration"
  /// The managers that kubectl and edgectl are, unless their users name others.
  private static let managers = ["kubectl", "edgectl"]

  private let file: JSONValue

  /// - Returns: `nil` when the object has no such note, or the manager is another.
  init?(of object: JSONValue, manager: String) {
    guard Self.managers.contains(manager), let text = object.at("metadata", "annotations", Self.annotation)?.string,
      let file = try? JSONValue(parsing: text), file.object != nil
    else { return nil }
    self.file = file
  }

  /// The conflicts about fields that aren't as the file had them.
  func remaining(
    of conflict: FieldManager.Conflict, in live: JSONValue, _ owned: OwnedView, _ schema: Schema
  ) -> FieldManager.Conflict {
    guard file["apiVersion"]?.string == owned.version.groupVersion else { return conflict }
    let said = owned.stripped(file)
    let changes = FieldChanges(from: said, to: owned.stripped(live), schema)
    let places = Set(FieldSet(of: said, schema).subtracting(changes.modified).subtracting(changes.removed).places)
    return FieldManager.Conflict(fields: conflict.fields.filter { !places.contains($0.place) })
  }

  /// Notes the file that is applied now.
  func renew(in body: inout JSONValue, _ configuration: JSONValue) {
    var note = configuration
    note["metadata"]?["annotations"]?[Self.annotation] = nil
    body["metadata"]?["annotations"]?[Self.annotation] = .string(note.text + "\n")
  }
}

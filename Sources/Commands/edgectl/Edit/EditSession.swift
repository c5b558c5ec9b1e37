import APIClient
import FoundationEssentials
import Glibc
import JSON

/// One object being edited, until the server takes it or the user gives up.
struct EditSession {
  /// How it ended.
  enum End: Hashable {
    case edited(warnings: [String])
    case unchanged
    case empty
  }

  let client: APIClient
  let path: String
  /// The name for the temporary file.
  let name: String
  let editor: Editor

  /// How often a change is sent again that nobody stands in the way of but the device with its reports.
  private static let attempts = 10

  /// Edits the object.
  ///
  /// - Throws: ``CommandError``, having kept the user's text in a file that it names.
  func run() async throws -> End {
    var original = try await client.get(path)
    var shown = EditText.text(original.withoutManagedFields)
    var lastProblems: [String] = []
    let file = try Self.temporaryFile(name)
    var keeps = false
    defer { if !keeps { unlink(file) } }
    func give(up why: String) -> CommandError {
      keeps = true
      return CommandError("\(why)\nA copy of your changes has been stored to \"\(file)\"")
    }
    while true {
      try Self.write(shown, to: file)
      do {
        try editor.edit(file)
      } catch {
        if let text = try? Self.read(file), text != shown { throw give(up: "\(error)") }
        throw error
      }
      let text = try Self.read(file)
      let body = EditText.body(text)
      if text == shown || body == EditText.body(shown) {
        guard lastProblems.isEmpty else {
          throw give(up: "\(lastProblems.joined(separator: "\n"))\nEdit cancelled, no valid changes were saved.")
        }
        return .unchanged
      }
      if body.allSatisfy(\.isWhitespace) { return .empty }
      let problems: [String]
      switch try await send(body, &original) {
      case .done(let end): return end
      case .refused(let found): problems = found
      case .raced(let object, let found):
        lastProblems = found
        shown = EditText.text(object, problems: found)
        continue
      }
      lastProblems = problems
      shown = EditText.text(again: body, problems: problems)
    }
  }

  private enum Outcome {
    case done(End)
    /// What is wrong with the text.
    case refused([String])
    /// Others were faster: the user's changes on what they made of the object.
    case raced(JSONValue, [String])
  }

  private func send(_ body: String, _ original: inout JSONValue) async throws -> Outcome {
    let files = ManifestFiles(text: body, file: name)
    guard files.problems.isEmpty else { return .refused(Self.places(files.problems)) }
    guard files.manifests.count == 1, let manifest = files.manifests.first else { return .refused(["the file has to hold one object"]) }
    for (field, value) in [("apiVersion", manifest.apiVersion), ("kind", manifest.kind)] where original[field]?.string != value {
      return .refused(Self.places([manifest.problem(field, "can't be changed: it is \(original[field]?.string ?? "")")]))
    }
    for (field, value) in [("name", manifest.name), ("namespace", manifest.namespace)]
    where original.at("metadata", field)?.string != value {
      return .refused(Self.places([manifest.problem("metadata.\(field)", "can't be changed")]))
    }
    var patch = MergePatch.difference(from: original.withoutManagedFields, to: manifest.object)
    if var metadata = patch["metadata"] {
      metadata["resourceVersion"] = nil
      patch["metadata"] = metadata.object?.isEmpty == true ? nil : metadata
    }
    guard patch.object?.isEmpty == false else { return .done(.unchanged) }
    for _ in 0..<Self.attempts {
      var conditional = patch
      var metadata = patch["metadata"] ?? [:]
      metadata["resourceVersion"] = original.at("metadata", "resourceVersion")
      conditional["metadata"] = metadata
      let answer = try await client.request(
        "PATCH", path, query: [("fieldManager", "edgectl-edit"), ("fieldValidation", "Strict")], body: conditional,
        contentType: APIClient.PatchType.merge.rawValue)
      if answer.isSuccess { return .done(.edited(warnings: answer.warnings)) }
      guard answer.status == 409 else { return .refused(Self.places(manifest.problems(answer.failure))) }
      let fresh = try await client.get(path)
      let isUntouched = EditText.editable(fresh) == EditText.editable(original)
      original = fresh
      // A device that reports a value is a new revision too, and no reason to ask the user.
      if isUntouched { continue }
      return .raced(
        MergePatch.applied(patch, to: fresh.withoutManagedFields),
        [
          "The object was changed by somebody else in the meantime.",
          "Below are your changes on top of theirs: look at them and save again.",
        ])
    }
    return .refused(["the object keeps changing: save again to try once more"])
  }

  /// The problems with their lines in the file that is opened next.
  private static func places(_ problems: [ManifestProblem]) -> [String] {
    problems.map { problem in
      let text = problem.field.isEmpty ? problem.problem : "\(problem.field): \(problem.problem)"
      return problem.line > 0 ? "line \(problem.line + EditText.headerLines(problems: problems.count)): \(text)" : text
    }
  }

  // MARK: The file

  private static func temporaryFile(_ name: String) throws -> String {
    let folder = environment("TMPDIR") ?? "/tmp"
    var template = Array("\(folder)/edgectl-edit-XXXXXX.yaml".utf8CString)
    let descriptor = mkstemps(&template, 5)
    guard descriptor >= 0 else { throw CommandError("cannot make a file in \(folder): \(String(cString: strerror(errno)))") }
    close(descriptor)
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func write(_ text: String, to file: String) throws {
    do { try Data(text.utf8).write(to: URL(filePath: file)) } catch { throw CommandError("cannot write \(file)") }
  }

  private static func read(_ file: String) throws -> String {
    do { return String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self) } catch {
      throw CommandError("cannot read \(file)")
    }
  }
}

import DeviceAPI
import JSON

/// What `edgectl describe` says of an object, all its parts but the events.
struct ObjectDescription {
  let object: JSONValue
  let now: WallTime

  /// Annotations that repeat the object, or parts of it in another version's words.
  private static let hiddenAnnotations = [LastApplied.annotation] + APIVersion.allCases.map(\.annotation)

  /// Name, labels and the like, which every object has.
  func addHead(to text: inout DescriptionText) {
    let metadata = object["metadata"]
    text.pair("Name", metadata?["name"]?.string ?? "")
    if let namespace = metadata?["namespace"]?.string { text.pair("Namespace", namespace) }
    text.pairs("Labels", pairs("labels", "="))
    text.pairs("Annotations", pairs("annotations", ": "))
    text.pair("API Version", object["apiVersion"]?.string ?? "")
    text.pair("Kind", object["kind"]?.string ?? "")
  }

  private func pairs(_ member: String, _ separator: String) -> [String] {
    (object.at("metadata", member)?.object ?? [:]).filter { !Self.hiddenAnnotations.contains($0.key) }.map {
      "\($0.key)\(separator)\($0.value.string ?? $0.value.text)"
    }
  }

  /// The rest, as kubectl shows what it doesn't know.
  func addContent(to text: inout DescriptionText) {
    var shown = object.object ?? [:]
    for key in ["apiVersion", "kind"] { shown[key] = nil }
    var metadata = shown["metadata"]?.object ?? [:]
    for key in ["name", "namespace", "labels", "annotations", "managedFields", "selfLink"] { metadata[key] = nil }
    shown["metadata"] = .object(metadata)
    if object["kind"] == "Secret" {
      for member in ["data", "stringData"] {
        guard let data = shown[member]?.object else { continue }
        shown[member] = .object(JSONObject(data.map { ($0.key, JSONValue.string(Self.size($0.value))) }))
      }
    }
    Self.add(shown, to: &text, indent: 0, isFree: false)
  }

  /// What is told of a secret value: its size alone.
  private static func size(_ value: JSONValue) -> String {
    let digits = (value.string ?? "").utf8.filter { $0 != UInt8(ascii: "=") }.count
    return "\(digits * 3 / 4) bytes"
  }

  /// The members of an object.
  ///
  /// - Parameter isFree: Whether the keys are the user's own words, which are shown as they are.
  static func add(_ members: JSONObject, to text: inout DescriptionText, indent: Int, isFree: Bool) {
    for (key, value) in members {
      let label = isFree ? key : self.label(key)
      let isFreeBelow = isFree || ["configData", "data", "stringData", "labels", "annotations"].contains(key)
      switch value {
      case .object(let members):
        text.heading(label, indent: indent)
        add(members, to: &text, indent: indent + 1, isFree: isFreeBelow)
      case .array(let elements):
        text.heading(label, indent: indent)
        for element in elements {
          if let members = element.object {
            add(members, to: &text, indent: indent + 1, isFree: isFreeBelow)
          } else {
            text.line(StyledLine(String(repeating: "  ", count: indent + 1) + DisplayText.safe(element.goText)))
          }
        }
      default: text.pair(label, value.goText, indent: indent)
      }
    }
  }

  private static let acronyms: Set<String> = ["API", "ID", "URL", "UID", "GUID", "IP", "TCP", "QOS", "CA"]

  /// `lastTransitionTime` as `Last Transition Time`.
  static func label(_ key: String) -> String {
    var words: [String] = []
    for character in key {
      let startsWord = words.isEmpty || character.isUppercase && words.last?.last?.isUppercase == false
      if startsWord { words.append(String(character)) } else { words[words.count - 1].append(character) }
    }
    return words.map { word -> String in
      let upper = word.uppercased()
      return acronyms.contains(upper) ? upper : String(upper.prefix(1)) + word.dropFirst()
    }.joined(separator: " ")
  }

  /// How long ago a time of the API was.
  func age(_ text: String?) -> String? {
    text.flatMap(unixSeconds(rfc3339:)).map { ageText(seconds: now.milliseconds / 1000 - $0) }
  }
}

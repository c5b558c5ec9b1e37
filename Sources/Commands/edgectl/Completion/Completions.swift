import APIClient
import ArgumentParser
import JSON

/// What a shell offers when the user presses Tab.
enum Completions {
  private static let known = ["devices", "devicemodels", "devicestatuses", "events", "nodes", "namespaces", "configmaps", "secrets"]

  /// Kinds, then the names of objects of the kind before.
  @Sendable static func kindsAndNames(_ words: [String], _ index: Int, _ prefix: String) async -> [String] {
    let typed = arguments(words, index)
    if let slash = prefix.firstIndex(of: "/") {
      let kind = String(prefix[..<slash])
      return await names(kind, words).map { "\(kind)/\($0)" }
    }
    guard let kind = typed.dropFirst().first, !kind.contains("/"), !kind.contains(",") else { return await kinds(words) }
    return await names(kind, words)
  }

  /// The devices there are.
  @Sendable static func devices(_ words: [String], _ index: Int, _ prefix: String) async -> [String] { await names("devices", words) }

  /// The device first, then its properties.
  @Sendable static func assignments(_ words: [String], _ index: Int, _ prefix: String) async -> [String] {
    guard let device = arguments(words, index).dropFirst().first, let client = client(words) else { return [] }
    let path = APIClient.path(
      group: "devices.kubeedge.io", version: "v1beta1", resource: "devices", namespace: option(words, ["-n", "--namespace"]) ?? "default",
      name: device)
    guard let object = try? await client.get(path) else { return [] }
    let names = (object.at("spec", "properties")?.array ?? []).compactMap { $0["name"]?.string }
    let twins = (object.at("status", "twins")?.array ?? []).compactMap { $0["propertyName"]?.string }
    return Set(names + twins).sorted().map { "\($0)=" }
  }

  /// The arguments before the one that is completed: the subcommand, and what isn't an option.
  private static func arguments(_ words: [String], _ index: Int) -> [String] {
    var arguments: [String] = []
    var isValue = false
    for word in words.prefix(max(0, index)).dropFirst() {
      if isValue {
        isValue = false
      } else if word.hasPrefix("-") {
        isValue = takingValue.contains(word)
      } else {
        arguments.append(word)
      }
    }
    return arguments
  }

  private static let takingValue: Set<String> = [
    "-s", "--server", "-n", "--namespace", "--log-level", "-o", "--output", "-l", "--selector", "--field-selector", "--sort-by", "--for",
    "--timeout", "--chunk-size", "-L", "--label-columns", "-f", "--filename",
  ]

  private static func option(_ words: [String], _ names: [String]) -> String? {
    for (index, word) in words.enumerated() {
      if names.contains(word), index + 1 < words.count { return words[index + 1] }
      for name in names where name.hasPrefix("--") && word.hasPrefix(name + "=") { return String(word.dropFirst(name.count + 1)) }
    }
    return nil
  }

  /// The client that the command itself would use.
  private static func client(_ words: [String]) -> APIClient? {
    var arguments: [String] = []
    for names in [["--server", "-s"], ["--kubeconfig"], ["--token-file"], ["--certificate-authority"]] {
      if let value = option(words, names) { arguments += [names[0], value] }
    }
    return try? GlobalOptions.parse(arguments).client()
  }

  private static func kinds(_ words: [String]) async -> [String] {
    guard let client = client(words), let types = try? await Discovery(client: client).all() else { return known }
    return types.filter { $0.verbs.contains("list") || $0.verbs.isEmpty }.map(\.plural)
  }

  private static func names(_ kind: String, _ words: [String]) async -> [String] {
    guard let client = client(words), let type = try? await Discovery(client: client).type(named: kind) else { return [] }
    let namespace = option(words, ["-n", "--namespace"]) ?? "default"
    let list = try? await ObjectReader(client: client, query: []).list(type, namespace, accept: "application/json")
    return (list?["items"]?.array ?? []).compactMap { $0.at("metadata", "name")?.string }
  }
}

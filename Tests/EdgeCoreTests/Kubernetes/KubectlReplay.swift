import EdgeCore
import Foundation
import JSON
import TestSupport

/// Runs recorded commands with the real kubectl against a server of this process.
struct KubectlReplay: Sendable {
  private let server: APITestServer
  private let folder: TestFolder
  private let kubectl: String

  init(server: APITestServer, kubectl: String) throws {
    self.server = server
    folder = try TestFolder("kubectl")
    self.kubectl = kubectl
  }

  /// Makes the namespace and the configuration.
  func prepare() async throws {
    _ = try await server.edge.call(
      "POST", "/api/v1/namespaces", ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "lab"]])
    try folder.write(
      "config",
      """
      apiVersion: v1
      kind: Config
      clusters: [{name: c, cluster: {server: "http://127.0.0.1:\(server.port)"}}]
      users: [{name: u, user: {token: t}}]
      contexts: [{name: x, context: {cluster: c, user: u, namespace: lab}}]
      current-context: x
      """)
  }

  /// Runs a command.
  ///
  /// - Returns: In what it differs from the recording, a line for each line printed otherwise.
  func play(_ vector: JSONValue) async throws -> [String] {
    for request in vector["before"]?.array ?? [] { try await send(request) }
    for (name, text) in vector["files"]?.object ?? [:] { try folder.write(name, own(text.string ?? "")) }
    var environment: [String: String?] = ["KUBECONFIG": folder.path("config"), "HOME": folder.path, "TMPDIR": folder.path]
    if let editor = vector["editor"]?.string {
      try folder.write("editor.sh", "#!/bin/sh\n\(editor)\n")
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path("editor.sh"))
      environment["EDITOR"] = folder.path("editor.sh")
    }
    let input = try vector["stdin"]?.string.map { try folder.write("stdin", own($0)) }
    let arguments = (vector["args"]?.array ?? []).compactMap(\.string).map(own)
    let process = try await TestProcess(
      kubectl, ["--cache-dir", folder.path("cache")] + arguments, environment: environment, standardInput: input ?? "/dev/null",
      workingDirectory: folder.path)
    if let during = vector["during"]?.array {
      try await eventually("kubectl to watch") {
        let watchers = await server.edge.meta.watcherCount
        return watchers > 0 || !process.isRunning
      }
      for request in during { try await send(request) }
    }
    var differences: [String] = []
    if vector["stopped"] == true {
      let wanted = Self.lines(vector["stdout"]?.string ?? "").count
      try await eventually("\(wanted) lines") { Self.lines(process.stdout).count >= wanted || !process.isRunning }
      try await process.stop()
    } else {
      let exit = try await process.exit(within: .seconds(60))
      if exit != .code(vector["exit"]?.integer.map(Int32.init) ?? 0) { differences.append("exit \(exit)") }
    }
    differences += compare(vector["stdout"]?.string ?? "", process.stdout)
    differences += compare(vector["stderr"]?.string ?? "", process.stderr)
    try await eventually("the watch to end") { await server.edge.meta.watcherCount == 0 }
    return differences
  }

  private func send(_ request: JSONValue) async throws {
    var body = request["body"]
    if body?.text.contains("${d1uid}") == true {
      let device = try await server.edge.call("GET", "/apis/devices.kubeedge.io/v1beta1/namespaces/lab/devices/d1").json
      body = try JSONValue(parsing: (body ?? .null).text.replacing("${d1uid}", with: device.at("metadata", "uid")?.string ?? ""))
    }
    let answer = try await server.edge.call(request["method"]?.string ?? "", request["path"]?.string ?? "", body)
    guard (200..<300).contains(answer.code) else { throw TestSupportError("\(request.text): \(answer.json.text)") }
  }

  private func own(_ text: String) -> String {
    text.replacing("<tmp>", with: folder.path).replacing("<ns>", with: "lab")
  }

  // MARK: Comparing

  private func compare(_ recorded: String, _ printed: String) -> [String] {
    var ours = Self.lines(general(printed))
    var missing: [String] = []
    for line in Self.lines(recorded.replacing("<ns>", with: "lab")) {
      if let index = ours.firstIndex(where: { Self.matches(line, $0) }) {
        ours.remove(at: index)
      } else {
        missing.append("- \(line.prefix(160))")
      }
    }
    return missing + ours.map { "+ \($0.prefix(160))" }
  }

  /// What was printed, with what is another each time taken out.
  private func general(_ text: String) -> String {
    text.replacing(folder.path, with: "<tmp>").replacing("127.0.0.1:\(server.port)", with: "<server>")
      .replacing(#/(LIVE|MERGED)-\d+/#) { "\($0.1)-<n>" }
      .replacing(#/kubectl-edit-\d+/#, with: "kubectl-edit-<n>")
      .replacing(#/("?resourceVersion"?: ?)"\d+"/#) { "\($0.1)\"<rv>\"" }
      .replacing(#/(Resource Version: +)\d+/#) { "\($0.1)<rv>" }
      .replacing(#/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/#, with: "<uid>")
      .replacing(#/20(2[1-9]|[3-9]\d)-\d\d-\d\d[T ]\d\d:\d\d:\d\d[0-9.Z]*( [+]\d+)?/#, with: "<time>")
      .replacing(#/\b(kgen-)[a-z0-9]{5}\b/#) { "\($0.1)<rand>" }
      .replacing(#/\b\d+[smhdy](\d+[smhd])?\b/#, with: "<age>")
      .replacing(#/\b1\d{12}\b/#, with: "<ms>")
  }

  /// Lines that say something, their blanks made one.
  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map { line in
      // The order of members says nothing.
      if line.hasPrefix("{\""), let json = try? JSONValue(parsing: String(line)) { return json.text }
      return line.split(separator: #/[ \t]+/#).joined(separator: " ")
    }
    .filter { !$0.isEmpty && !$0.contains("reflector.go") }
  }

  private static func matches(_ recorded: String, _ printed: String) -> Bool {
    if recorded == printed { return true }
    let (words, others) = (recorded.split(separator: " "), printed.split(separator: " "))
    return words.count == others.count && zip(words, others).allSatisfy { matches(word: $0, $1) }
  }

  private static func matches(word: Substring, _ printed: Substring) -> Bool {
    if word == printed { return true }
    let pieces = word.split(separator: #/<(age|rand|n|time|uid|rv|server)>/#, omittingEmptySubsequences: false)
    guard pieces.count > 1, let first = pieces.first, let last = pieces.last else { return false }
    return printed.hasPrefix(first) && printed.hasSuffix(last) && printed.count > first.count + last.count
  }
}

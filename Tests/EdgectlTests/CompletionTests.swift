import TestSupport
import Testing

@Suite("Completion in shells")
struct CompletionTests {
  /// What bash offers for a command line whose last word is being typed.
  private func offers(_ words: [String], _ edge: Edge?) async throws -> [String] {
    let edgectl = try Executables.path(of: "edgectl")
    let folder = edgectl[..<(edgectl.lastIndex(of: "/") ?? edgectl.endIndex)]
    let line = words.joined(separator: " ")
    let script = """
      source <(edgectl completion bash)
      COMP_WORDS=(\(words.map { "'\($0)'" }.joined(separator: " "))); COMP_CWORD=\(words.count - 1); COMP_LINE='\(line)'; COMP_POINT=\(line.utf8.count)
      COMP_TYPE=9; COMP_KEY=9
      $(complete -p edgectl | sed 's/.*-F \\([^ ]*\\).*/\\1/') edgectl "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let result = try await TestProcess.run(
      "bash", ["--norc", "-c", script],
      environment: ["PATH": "\(folder):/usr/bin:/bin", "EDGECTL_SERVER": edge?.server ?? "http://127.0.0.1:1"])
    #expect(result.exit == .code(0), "\(result.stderr)")
    return result.stdout.split(separator: "\n").map { line in
      var line = line
      while line.last == " " { line.removeLast() }
      return String(line)
    }
  }

  @Test("bash offers commands, options, kinds, names and properties")
  func bash() async throws {
    let edge = try await Edge()
    _ = try await edge.edgectl("apply", "-f", "-", input: Edge.model + "\n---\n" + Edge.device)
    #expect(try await offers(["edgectl", "desc"], edge) == ["describe"])
    #expect(try await offers(["edgectl", "get", "--field"], edge).contains("--field-selector"))
    #expect(try await offers(["edgectl", "get", "dev"], edge).contains("devices"))
    #expect(try await offers(["edgectl", "get", "device", ""], edge).contains("hall"))
    #expect(try await offers(["edgectl", "describe", "device/"], edge).contains { $0.hasSuffix("hall") })
    #expect(try await offers(["edgectl", "set", "h"], edge).contains("hall"))
    #expect(try await offers(["edgectl", "set", "hall", ""], edge).contains("target="))
    #expect(try await offers(["edgectl", "completion", ""], edge).contains("fish"))
  }

  @Test("Without a server kinds are offered all the same")
  func offline() async throws {
    #expect(try await offers(["edgectl", "get", "dev"], nil).contains("devices"))
    #expect(try await offers(["edgectl", "get", "device", ""], nil).isEmpty)
  }

  @Test("The scripts are ones for their shells", arguments: [("bash", "complete"), ("zsh", "#compdef edgectl"), ("fish", "complete -c")])
  func scripts(shell: String, word: String) async throws {
    let result = try await TestProcess.run(Executables.path(of: "edgectl"), ["completion", shell])
    #expect(result.exit == .code(0) && result.stdout.contains(word), "\(result.stderr)")
  }
}

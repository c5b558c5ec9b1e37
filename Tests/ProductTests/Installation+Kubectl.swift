import TestSupport

extension Installation {
  /// Runs kubectl against this edgecore with arguments of a list.
  func kubectl(_ arguments: [String], input: String? = nil, environment: [String: String] = [:]) async throws -> Output {
    let file = try input.map { try folder.write("input-\(UInt32.random(in: 0 ... .max))", $0) }
    return Output(
      result: try await TestProcess.run(
        try Executables.kubectl(), ["-s", server, "--cache-dir", folder.path("cache")] + arguments,
        environment: self.environment.merging(environment) { $1 }.mapValues(Optional.some), standardInput: file ?? "/dev/null"))
  }

  /// Starts kubectl against this edgecore, to run beside others.
  func launchKubectl(_ arguments: String...) async throws -> TestProcess {
    try await TestProcess(
      try Executables.kubectl(), ["-s", server, "--cache-dir", folder.path("cache")] + arguments,
      environment: environment.mapValues(Optional.some))
  }

  private var environment: [String: String] { ["KUBECONFIG": folder.path("no-kubeconfig"), "HOME": folder.path] }
}

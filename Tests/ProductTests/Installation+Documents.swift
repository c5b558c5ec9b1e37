import TestSupport

extension Installation {
  /// Does what a document tells its reader, with the programs of this build, on ports of this installation's own.
  ///
  /// - Parameter replacements: Texts that are replaced beside the ports of edgecore and modbus-mapper.
  func follow(
    _ document: DocumentedSteps, replacing replacements: [(text: String, replacement: String)] = []
  ) async throws -> TestProcess.Result {
    try await document.run(
      in: folder,
      replacing: [("127.0.0.1:10550", "127.0.0.1:\(apiPort)"), ("127.0.0.1:7778", "127.0.0.1:\(restPort)")] + replacements,
      programs: [try Executables.path(of: "edgecore"), try Executables.kubectl()],
      environment: [
        "HOME": folder.path, "KUBECONFIG": folder.path("none"), "EDGECORE_META_SERVER": "127.0.0.1:\(apiPort)",
        "EDGECORE_MQTT_SERVER_EXTERNAL": "tcp://127.0.0.1:\(mqttPort)", "MAPPER_API_SERVER": server,
        "MAPPER_MQTT_SERVER": "tcp://127.0.0.1:\(mqttPort)", "MAPPER_HTTP_PORT": "\(restPort)", "EDGECTL_SERVER": server,
      ])
  }
}

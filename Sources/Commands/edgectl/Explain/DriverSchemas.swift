import APIClient
import DeviceAPI
import JSON
import YAML

/// What drivers say of their configurations, from files and from the server.
struct DriverSchemas {
  /// By the name of the protocol.
  private(set) var drivers: [String: DriverSchemaDocument] = [:]
  /// What can't be read.
  private(set) var problems: [ManifestProblem] = []

  /// Reads files: each a driver's schema itself, or the ConfigMap in which its mapper keeps it at the server.
  init(files: [String] = []) {
    for name in files {
      do {
        for document in try ManifestFiles.documents(name) { add(document.value, file: name) }
      } catch {
        problems.append(error)
      }
    }
  }

  /// The only driver there is, if it is one.
  var only: DriverSchemaDocument? { drivers.count == 1 ? drivers.first?.value : nil }

  private mutating func add(_ value: JSONValue, file: String) {
    do throws(DeviceAPIError) {
      if value["kind"] != nil {
        guard let driver = try DriverSchemaDocument(configMap: value) else {
          return problems.append(ManifestProblem(file: file, "it holds no driver's schema: \(DriverSchemaDocument.dataKey) is missing"))
        }
        drivers[driver.protocolName] = driver
      } else {
        let driver = try DriverSchemaDocument(decoding: value)
        drivers[driver.protocolName] = driver
      }
    } catch {
      problems.append(ManifestProblem(file: file, "\(error)"))
    }
  }

  /// Asks the server for the schema of a protocol's driver.
  mutating func fetch(_ protocolName: String, from client: APIClient) async throws {
    let path = APIClient.path(
      group: "", version: "v1", resource: "configmaps", namespace: DriverSchemaDocument.namespace,
      name: DriverSchemaDocument.configMapName(protocolName))
    let answer = try await client.request("GET", path)
    guard !answer.isNotFound, let driver = try DriverSchemaDocument(configMap: try answer.checked().json()) else {
      throw CommandError("the server knows no driver of the protocol \"\(protocolName)\": its mapper tells when it starts")
    }
    drivers[driver.protocolName] = driver
  }
}

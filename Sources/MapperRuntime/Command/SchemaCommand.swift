internal import ArgumentParser
internal import DeviceAPI
internal import MapperSDK
internal import YAML

/// Prints what the driver expects in configurations.
struct SchemaCommand<M: Mapper>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "schema",
      abstract: "Print what Devices and DeviceModels may say to the driver, as a ConfigMap.",
      discussion: """
        The mapper keeps the same ConfigMap at the API when it runs, where Devices are checked against it as they are applied. As a \
        file it serves where there is no API.

        Examples:
          \(M.name) schema > \(DriverSchemaDocument.configMapName(M.Driver.protocolName)).yaml
        """)
  }

  func run() {
    var writer = YAMLWriter()
    writer.document(M.Driver.schema.document(protocolName: M.Driver.protocolName).configMap())
    Console.write(writer.text)
  }
}

import ArgumentParser
import DeviceAPI
import FoundationEssentials
import Glibc
import YAML

/// `edgectl crds`
struct CRDs: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crds",
    abstract: "Print the CustomResourceDefinitions of the device API, for a Kubernetes cluster.",
    discussion: """
      Examples:
        edgectl crds | kubectl apply -f -
        edgectl crds --version v1alpha2 -o deploy/crds/v1alpha2

      A cluster takes those of one version: KubeEdge from 1.15 uses v1beta1, older ones v1alpha2. Needs no server.
      """
  )

  @Option(
    name: .customLong("version"), help: ArgumentHelp("The version: v1beta1 or v1alpha2.", valueName: "VERSION"),
    completion: .list(["v1beta1", "v1alpha2"]))
  var apiVersion = "v1beta1"

  @Option(
    name: [.customShort("o", allowingJoined: true), .customLong("output-folder")],
    help: ArgumentHelp("Write a file for each kind into this folder instead.", valueName: "FOLDER"), completion: .directory)
  var folder: String?

  private var version: APIVersion? { APIVersion(rawValue: apiVersion) ?? APIVersion(groupVersion: apiVersion) }

  func validate() throws {
    if version == nil {
      throw ValidationError("'\(apiVersion)' is not one of \(APIVersion.allCases.reversed().map(\.rawValue).joined(separator: ", "))")
    }
  }

  func run() async throws {
    guard let version else { return }
    let documents = CRD.documents(version)
    guard let folder else {
      var writer = YAMLWriter()
      for crd in documents { writer.document(crd.object) }
      return try Output.standard.write(writer.text)
    }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for crd in documents {
        let path = "\(folder)/\(crd.fileName)"
        try Data(crd.object.yaml.utf8).write(to: URL(filePath: path), options: .atomic)
        try Output.standard.write("\(path) written\n")
      }
    } catch let error as Output.Failure {
      throw error
    } catch {
      let failure = (error as? CocoaError)?.underlying as? POSIXError
      throw CommandError("cannot write to \(folder): \(failure.map { String(cString: strerror($0.code.rawValue)) } ?? "\(error)")")
    }
  }
}

import Foundation
import JSON
import TestSupport
import Testing
import YAML

@testable import EdgectlCommand

@Suite("edgectl new-driver")
struct NewDriverTests {
  @Test(
    "Names are made of one, however it is written",
    arguments: [
      ("heat-pump", "heat-pump", "HeatPump"), ("heat_pump", "heat-pump", "HeatPump"), ("HeatPump", "heat-pump", "HeatPump"),
      ("x", "x", "X"), ("s7", "s7", "S7"), ("EtherNetIP", "ether-net-ip", "EtherNetIP"), ("KNX", "knx", "KNX"),
    ])
  func names(text: String, name: String, type: String) throws {
    let names = try DriverNames(text)
    #expect(names.name == name)
    #expect(names.type == type)
    #expect(names.protocolName == name)
  }

  @Test(
    "Names of which no Swift identifier or Kubernetes name can be made are refused, and names of the SDK's own modules",
    arguments: [
      "", "7up", "-pump", "pump-", "heat--pump", "heat pump", "wärme", "a/b", "../x", "modbus", "Temperature", "GPIO", "device",
      String(repeating: "x", count: 41), "a\"b",
    ])
  func refusedNames(text: String) {
    #expect(throws: CommandError.self) { try DriverNames(text) }
  }

  @Test("A protocol's name can't break out of what it is written into", arguments: ["", "a b", "a\"b", "a\nb", "-a", "é"])
  func refusedProtocols(text: String) {
    #expect(throws: CommandError.self) { try DriverNames("pump", protocolName: text) }
  }

  @Test("The SDK is a checkout or a URL, and SwiftPM's name for it fits")
  func sdk() throws {
    let checkout = try SDKLocation(Executables.repositoryRoot + "/Sources/..")
    #expect(checkout == .path(Executables.repositoryRoot))
    #expect(checkout.package == "swiftlet")
    #expect(try SDKLocation("https://example.org/forks/edge.git").package == "edge")
    #expect(try SDKLocation("git@example.org:forks/edge").package == "edge")
    #expect(throws: CommandError.self) { try SDKLocation("/tmp") }
    #expect(throws: CommandError.self) { try SDKLocation("https://example.org/\"),evil") }
  }

  @Test(
    "It writes a package that is formatted, whatever the driver's name sorts beside", arguments: ["heat-pump", "abc", "zeta", "mapper-sim"])
  func writes(name: String) async throws {
    let folder = try TestFolder("new-driver")
    let target = folder.path("made")
    let result = try await TestProcess.run(
      try Executables.path(of: "edgectl"), ["new-driver", name, "--sdk", Executables.repositoryRoot, "--directory", target])
    #expect(result.exit == .code(0), "\(result.stderr)")
    for step in ["cd \(target)", "swift test", "swift run \(name)-mapper simulate"] { #expect(result.stdout.contains("  \(step)\n")) }
    let package = NewPackage(names: try DriverNames(name), sdk: .path(Executables.repositoryRoot))
    for file in package.files {
      #expect(result.stdout.contains("  \(file.path)\n"))
      #expect(try folder.read("made/\(file.path)") == file.text)
    }
    let lint = try await TestProcess.run("swift", ["format", "lint", "--strict", "--recursive", target], within: .seconds(120))
    #expect(lint.exit == .code(0), "\(lint.stderr)")
    #expect(try folder.read("made/.swift-format").isEmpty == false)
    let again = try await TestProcess.run(try Executables.path(of: "edgectl"), ["new-driver", name, "--directory", target])
    #expect(again.exit == .code(1))
    #expect(again.stderr.contains("already there"))
  }

  @Test("A wrong name is a usage error, and nothing is written")
  func usage() async throws {
    let folder = try TestFolder("new-driver")
    let result = try await TestProcess.run(
      try Executables.path(of: "edgectl"), ["new-driver", "modbus"], workingDirectory: folder.path)
    #expect(result.exit == .code(2))
    #expect(result.stderr.contains("choose another name"))
    #expect(!folder.exists("modbus-mapper"))
  }

  @Test("The format is the repository's")
  func format() throws {
    let package = NewPackage(names: try DriverNames("pump"), sdk: .url(SDKLocation.repository))
    #expect(package.swiftFormat.text == (try DocumentedText.read(".swift-format")))
  }

  @Test("Its YAML is read, and what belongs together agrees")
  func yaml() throws {
    let package = NewPackage(names: try DriverNames("pump", protocolName: "1.0"), sdk: .url(SDKLocation.repository))
    let documents = try [package.model, package.device, package.deployment].flatMap { file in
      try YAMLDocument.parseAll(Array(file.text.utf8), file: file.path).map(\.value)
    }
    #expect(documents.compactMap { $0["kind"]?.string } == ["DeviceModel", "Device", "ConfigMap", "Deployment"])
    #expect(documents[0].at("spec", "protocol") == "1.0")
    #expect(documents[1].at("spec", "protocol", "protocolName") == "1.0")
    #expect(documents[1].at("spec", "deviceModelRef", "name") == documents[0].at("metadata", "name"))
    #expect(documents[3].at("spec", "template", "spec", "hostNetwork") == true)
    let config = try YAMLDocument.parseAll(Array((documents[2].at("data", "config.yaml")?.string ?? "").utf8), file: "config.yaml")
    #expect(config.first?.value.at("common", "protocol") == "1.0")
  }

  @Test("The driver is short enough to be read at once")
  func size() throws {
    let package = NewPackage(names: try DriverNames("pump"), sdk: .url(SDKLocation.repository))
    for file in [package.driver, package.connection, package.socket] { #expect(file.text.split(separator: "\n").count < 200) }
  }
}

/// Files of the repository.
private enum DocumentedText {
  static func read(_ file: String) throws -> String {
    try String(contentsOfFile: Executables.repositoryRoot + "/" + file, encoding: .utf8)
  }
}

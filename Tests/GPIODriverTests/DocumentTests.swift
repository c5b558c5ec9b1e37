import FoundationEssentials
import JSON
import MapperSDK
import TestSupport
import Testing
import YAML

@testable import GPIODriver

@Suite("docs/gpio.md and models/gpio")
struct DocumentTests {
  private static let models = ["button", "door-contact", "led", "pulse-meter", "relay"]

  private func read(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: "\(Executables.repositoryRoot)/\(path)")), as: UTF8.self)
  }

  /// The rows of the table below a heading.
  private func table(_ heading: String) throws -> [[String]] {
    let text = try read("docs/gpio.md")
    let start = try #require(text.firstRange(of: "\n## \(heading)\n")).upperBound
    let section = text[start...].firstRange(of: "\n## ").map { text[start..<$0.lowerBound] } ?? text[start...]
    return section.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
      row.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast().map { cell in
        String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }
    }
  }

  private func check(_ fields: [DriverSchema.Field], _ rows: [(name: String, unit: String, value: String, doc: String)]) {
    #expect(rows.map(\.name) == fields.map { "`\($0.name)`" })
    for (field, row) in zip(fields, rows) {
      #expect(row.unit == field.unit ?? "", "\(field.name)")
      #expect(row.value == field.defaultValue.map { "`\($0.string ?? $0.text)`" } ?? "", "\(field.name)")
      switch field.kind {
      case .oneOf(let words): for word in words { #expect(row.doc.contains("`\(word)`"), "\(field.name): \(word)") }
      case .integer(let range): #expect(row.doc.contains("\(range.upperBound)"), "\(field.name): \(range.upperBound)")
      default: #expect(!row.doc.isEmpty)
      }
    }
  }

  @Test("have every member of the schema, with its unit, default and words")
  func reference() throws {
    check(GPIODriver.schema.visitor, try table("A property's visitor").map { ($0[0], $0[1], $0[2], $0[3]) })
    check(GPIODriver.schema.protocolConfig, try table("A device's configuration").map { ($0[0], "", $0[1], $0[2]) })
    #expect(try table("Methods").map { $0[0] } == GPIODriver.schema.commands.map { "`\($0.name)`" })
  }

  @Test("name the limits that hold")
  func limits() throws {
    let text = try read("docs/gpio.md")
    #expect(text.contains("`pulse` | 1 to \(PulseTrain.longest) ms"))
    #expect(throws: Never.self) { try PulseTrain(DeviceCommand(name: "blink", argument: "3x200"), start: 0) }
    #expect(try issues(["lines": .array((0..<63).map { JSONValue($0) })], type: .int) == [])
  }

  @Test("have models that the driver can serve, and Devices that fit them", arguments: models)
  func shipped(_ name: String) throws {
    func document(_ file: String) throws -> JSONValue {
      try YAMLDocument.parseAll(try read("models/gpio/\(name)/\(file)"), file: file).map(\.value).first ?? [:]
    }
    let model = try document("device-model.yaml")
    let device = try document("device.yaml")
    #expect(model.at("metadata", "name") == device.at("spec", "deviceModelRef", "name"))
    #expect(device.at("metadata", "name") == .string(name))
    let config = device.at("spec", "protocol", "configData")
    #expect(GPIODriver.schema.checkProtocolConfig(config, path: "") == [])
    let decoded = try JSONValueDecoder().decode(GPIOConfig.self, from: config ?? [:])
    #expect(GPIODriver().issues(with: decoded) == [])
    let properties = try #require(model.at("spec", "properties")?.array)
    #expect(device.at("spec", "properties")?.array?.map { $0["name"] } == properties.map { $0["name"] })
    for property in properties {
      var visitor = property.at("visitors", "configData") ?? [:]
      visitor["report"] = nil
      #expect(GPIODriver.schema.checkVisitor(visitor, path: name) == [])
      let type = try #require(ValueType(rawValue: (property["type"]?.string ?? "").lowercased()))
      #expect(try issues(visitor, type: type, isWritable: property["accessMode"] == "ReadWrite") == [])
    }
    for method in device.at("spec", "methods")?.array ?? [] {
      #expect(GPIODriver.schema.command(method["name"]?.string ?? "") != nil)
    }
  }

  @Test("have all models in their list")
  func list() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: "\(Executables.repositoryRoot)/models/gpio").filter {
      !$0.hasSuffix(".md")
    }
    #expect(folders.sorted() == Self.models)
    let readme = try read("models/gpio/README.md")
    for model in Self.models { #expect(readme.contains("| `\(model)` |")) }
  }
}

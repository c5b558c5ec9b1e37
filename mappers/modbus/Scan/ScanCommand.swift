import ArgumentParser
import Glibc
import MapperRuntime
import ModbusDriver

/// Finds the units on a bus.
struct ScanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Find the units on a bus, and propose Devices for them.",
    discussion: """
      Asks unit after unit for holding register 0, one that refuses for input register 0 and coil 0, and each that answers who it is \
      (function 43/14). An exception is an answer, and so is noise, which another unit with the same id makes, or a wrong speed: they are \
      listed as they come. A silent unit costs one timeout. Nothing is written. Over TCP a device without units behind it may answer to \
      every id. Ends with 1 when nobody answers.

      Examples:
        modbus-mapper scan --tcp 10.0.0.7
            Asks the units 1 to 247 behind a gateway.

        modbus-mapper scan --serial /dev/ttyUSB0 --baud-rate 9600 --parity none --units 1-32
            Asks 32 units of a serial line.

        modbus-mapper scan --tcp 10.0.0.7 --units 1,17 -o yaml > devices.yaml
            Proposes a DeviceModel and a Device for each.
      """)

  @Option(help: ArgumentHelp("Scans behind this Modbus TCP address; the port is 502 unless given.", valueName: "host:port"))
  var tcp: String?
  @Option(name: .customLong("rtu-over-tcp"), help: ArgumentHelp("Scans behind a device server that passes RTU on.", valueName: "host:port"))
  var rtuOverTCP: String?
  @Option(help: ArgumentHelp("Scans a serial line.", valueName: "path"))
  var serial: String?
  @OptionGroup var line: SerialOptions
  @Option(help: ArgumentHelp("The units, for instance 1-10,17.", valueName: "list"))
  var units = "1-247"
  @Option(help: ArgumentHelp("How long a unit may take to answer, in milliseconds.", valueName: "ms"))
  var timeout = 300
  @Option(help: ArgumentHelp("The node of the Devices that are proposed (default: this machine's name in lower case).", valueName: "name"))
  var nodeName: String?
  @Option(name: [.customShort("o", allowingJoined: true), .long], help: "How to print: table or yaml.")
  var output: Format = .table

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, yaml
  }

  func validate() throws {
    guard [tcp, rtuOverTCP, serial].count(where: { $0 != nil }) == 1 else {
      throw ValidationError("which bus? Use one of --tcp, --serial and --rtu-over-tcp")
    }
    if let tcp, HostAndPort(tcp, defaultPort: 502) == nil { throw ValidationError("\"\(tcp)\" is no address: expected HOST:PORT") }
    if let rtuOverTCP, HostAndPort(rtuOverTCP, defaultPort: nil) == nil {
      throw ValidationError("\"\(rtuOverTCP)\" is no address: expected HOST:PORT")
    }
    guard UnitList(units) != nil else { throw ValidationError("\"\(units)\" is no list of units: expected for instance 1-10,17") }
    guard (1...60_000).contains(timeout) else { throw ValidationError("--timeout takes 1 to 60000 ms, found \(timeout)") }
    if line.isGiven, serial == nil { throw ValidationError("--baud-rate, --parity and --stop-bits are for --serial") }
  }

  func run() async throws {
    guard let busLine, let units = UnitList(units)?.units else { throw ExitCode.validationFailure }
    let isWatched = Console.isWatched
    let scan = BusScan(line: busLine, units: units, timeout: timeout) { place, found in
      if isWatched { Console.complain("\rasking unit \(units[place]) (\(place + 1) of \(units.count)), \(found) found ") }
    }
    let (found, isComplete) = try await untilInterrupted { try await scan.run() }
    if isWatched { Console.complain("\r\u{1B}[K") }
    if !isComplete { Console.complain("Not all units were asked: interrupted.\n") }
    guard !found.isEmpty else { throw CommandFailure("no unit of \(busLine.busID) answers within \(timeout) ms") }
    if found.count > 8, Set(found.map(\.answer)).count == 1, Set(found.map(\.identity)).count == 1 {
      Console.complain("All units answer alike: a device that has no others behind it may answer to any id.\n")
    }
    switch output {
    case .yaml: Console.write(DeviceProposal(line: busLine, node: nodeName ?? Machine.name.lowercased()).yaml(found))
    case .table: Console.write(Self.table(found))
    }
    if !isComplete { throw ExitCode.failure }
  }

  private var busLine: ModbusLine? {
    if let address = tcp.flatMap({ HostAndPort($0, defaultPort: 502) }) { return .tcp(host: address.host, port: UInt16(address.port)) }
    if let address = rtuOverTCP.flatMap({ HostAndPort($0, defaultPort: nil) }) {
      return .rtuOverTCP(host: address.host, port: UInt16(address.port))
    }
    return serial.map { path in
      // As a Device has to say it, whatever folder this was asked from.
      let path = path.hasPrefix("/") ? path : "\(Self.currentFolder)/\(path)"
      return .serial(
        SerialLine(
          path: path, baudRate: line.baudRate ?? 19_200, parity: line.parity.flatMap { SerialLine.Parity(rawValue: $0) } ?? .even,
          stopBits: line.stopBits ?? 1))
    }
  }

  private static var currentFolder: String {
    guard let folder = getcwd(nil, 0) else { return "" }
    defer { free(folder) }
    return String(cString: folder)
  }

  private static func table(_ units: [FoundUnit]) -> String {
    var table = TextTable("UNIT", "ANSWER", "MANUFACTURER", "PRODUCT", "REVISION")
    for unit in units {
      let facts = Dictionary(unit.facts.map { ($0.name, $0.value) }) { first, _ in first }
      let product = [facts["product-code"], facts["product"], facts["model"]].compactMap { $0 }
      table.add("\(unit.unit)", unit.answer, facts["manufacturer"] ?? "-", product.first ?? "-", facts["revision"] ?? "-")
    }
    return table.text()
  }
}

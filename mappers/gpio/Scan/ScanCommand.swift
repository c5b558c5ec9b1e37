import ArgumentParser
import GPIODriver
import MapperRuntime

/// Lists the lines of this machine's chips.
struct ScanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "List the chips and lines of this machine, and propose Devices for them.",
    discussion: """
      Asks the kernel; no line is touched. The Devices that are proposed have the lines that are free and that the board has \
      named, or all that are free on a chip that names none. Ends with 1 when there is no chip, or none that may be opened.

      Examples:
        gpio-mapper scan
            Shows which lines there are, and who uses them.

        gpio-mapper scan --chip gpiochip0 -o yaml > devices.yaml
            Proposes a DeviceModel and a Device for the lines of a chip.
      """)

  @Option(help: ArgumentHelp("Lists this chip alone: its name, path or label.", valueName: "chip"))
  var chip: String?
  @Option(help: ArgumentHelp("The node of the Devices that are proposed (default: this machine's name in lower case).", valueName: "name"))
  var nodeName: String?
  @Option(name: [.customShort("o", allowingJoined: true), .long], help: "How to print: table or yaml.")
  var output: Format = .table

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, yaml
  }

  func run() async throws {
    let (chips, problems): ([ChipListing], [String])
    do {
      (chips, problems) = try ChipListing.chips(chip)
    } catch {
      throw CommandFailure("\(error)")
    }
    guard !chips.isEmpty else {
      throw CommandFailure(
        problems.isEmpty ? "this machine has no GPIO chip: there is no /dev/gpiochip0, or any other" : problems.joined(separator: "; "))
    }
    for problem in problems { Console.complain("\(problem)\n") }
    switch output {
    case .table: Console.write(Self.table(chips))
    case .yaml:
      let proposals = chips.compactMap { DeviceProposal($0, among: chips, node: nodeName ?? Machine.name.lowercased()) }
      guard !proposals.isEmpty else { throw CommandFailure("no line is free: gpio-mapper scan shows who uses them") }
      Console.write(proposals.map(\.yaml).joined(separator: "---\n"))
    }
  }

  static func table(_ chips: [ChipListing]) -> String {
    var table = TextTable("CHIP", "LABEL", "LINE", "NAME", "DIRECTION", "USED BY")
    for chip in chips {
      for line in chip.lines {
        table.add(
          chip.name, chip.label, "\(line.offset)", line.name ?? "-", line.isOutput ? "out" : "in",
          line.isUsed ? line.consumer ?? "unknown" : "-")
      }
    }
    return table.text()
  }
}

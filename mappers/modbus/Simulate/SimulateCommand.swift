import ArgumentParser
import MapperRuntime
import MapperSDK
import ModbusDriver
import ModbusSimulator

/// Serves Devices as slaves that don't exist.
struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Serve the Devices of files as simulated slaves, until Ctrl-C.",
    discussion: """
      Each unit of the files is served with the registers and bits that its properties' visitors name. Values that are only read \
      move within their limits, the same way each time; those that can be written keep what is written, beginning with the value \
      nearest to 0.

      Examples:
        modbus-mapper simulate device-model.yaml device.yaml
            Serves over TCP at 127.0.0.1:1502.

        modbus-mapper simulate devices/ --pty /tmp/line
            Serves a serial line; give /tmp/line as serialPort.
      """)

  @Argument(help: ArgumentHelp("Files and folders with Devices and DeviceModels, of whatever node.", valueName: "file"))
  var files: [String]
  @OptionGroup var endpoint: EndpointOptions
  @Option(help: ArgumentHelp("The bus whose devices are served, where several buses have the same unit ids.", valueName: "name"))
  var bus: String?
  @Option(help: ArgumentHelp("What random values come from.", valueName: "number"))
  var seed: UInt64 = 1

  func run() async throws {
    let loaded = LoadedDevices(files: files, driver: ModbusDriver())
    for problem in loaded.problems { Console.complain("\(problem)\n") }
    let devices = try chosen(loaded.devices.map(\.binding))
    let line = devices.first?.config.line
    var settings = SerialSettings()
    if case .serial(let serial)? = line {
      settings = SerialSettings(
        baud: serial.baudRate, parity: SerialSettings.Parity(rawValue: serial.parity.rawValue) ?? .even, stopBits: serial.stopBits)
    }
    var framing = ModbusFraming.tcp
    if case .rtuOverTCP? = line { framing = .rtuOverTCP }
    let place = try endpoint.endpoint(framing: framing, settings: settings)
    let simulator = try ModbusSimulator(memory: SimulatedBus(devices, seed: seed).memory, listen: place)
    var text = "serving at \(EndpointOptions.description(of: simulator, at: place)); Ctrl-C ends it\n"
    for device in devices.sorted(by: { ($0.config.unit, $0.name) < ($1.config.unit, $1.name) }) {
      text += "  unit \(device.config.unit): \(device.name), \(device.points.count) properties\n"
    }
    await untilToldToEnd(saying: text)
    simulator.stop()
  }

  /// The devices to be served: those of one bus, or of several that don't have the same units.
  private func chosen(_ devices: [SimulatedBus.Binding]) throws -> [SimulatedBus.Binding] {
    let buses = Dictionary(grouping: devices, by: \.bus)
    let names = buses.keys.sorted().map(\.description).joined(separator: ", ")
    if let bus {
      guard let found = buses[BusID(bus)] else { throw CommandFailure("no device is on the bus \(bus); there are \(names)") }
      return found
    }
    guard !devices.isEmpty else { throw CommandFailure("there is no modbus device in \(files.joined(separator: ", "))") }
    var owners: [UInt8: BusID] = [:]
    for device in devices {
      let owner = owners[device.config.unit, default: device.bus]
      guard owner == device.bus else {
        throw CommandFailure("\(owner) and \(device.bus) both have a unit \(device.config.unit): choose one of \(names) with --bus")
      }
      owners[device.config.unit] = owner
    }
    return devices
  }
}

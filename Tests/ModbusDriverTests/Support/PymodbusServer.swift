import TestSupport

/// pymodbus' server with units 1, 2 and 17, whose values follow from their addresses.
struct PymodbusServer {
  /// What it speaks.
  enum Kind: String {
    case tcp
    case rtuOverTCP
    case serial
  }

  private let process: TestProcess
  private let folder: TestFolder

  /// Starts it on a port of 127.0.0.1, or on a serial port.
  init(_ kind: Kind, on place: String) async throws {
    folder = try TestFolder("pymodbus")
    let script = try folder.write("server.py", Self.script)
    process = try await TestProcess(Executables.python(), ["-u", script, kind.rawValue, place])
    try await process.line(containing: "ready")
  }

  /// A holding register's value until it is written.
  static func holding(_ address: Int, unit: UInt8) -> UInt16 { UInt16(address * 3 + Int(unit)) }
  /// An input register's value.
  static func input(_ address: Int, unit: UInt8) -> UInt16 { UInt16(address * 5 + Int(unit)) }
  /// A coil's value until it is written; a discrete input has the opposite.
  static func coil(_ address: Int, unit: UInt8) -> Bool { (address * 7 + Int(unit)) % 3 == 0 }

  private static let script = """
    import asyncio, sys
    from pymodbus import FramerType, ModbusDeviceIdentification
    from pymodbus.server import ModbusSerialServer, ModbusTcpServer
    from pymodbus.simulator import DataType, SimData, SimDevice

    kind, place = sys.argv[1:]
    identity = ModbusDeviceIdentification(info_name={
        "VendorName": "Acme", "ProductCode": "X1", "MajorMinorRevision": "2.7", "ProductName": "Power", "ModelName": "Meter 9"})

    def device(unit):
        bits = [(a * 7 + unit) % 3 == 0 for a in range(2048)]
        return SimDevice(id=unit, simdata=(
            [SimData(0, values=bits, datatype=DataType.BITS)],
            [SimData(0, values=[not b for b in bits], datatype=DataType.BITS)],
            [SimData(0, values=[a * 3 + unit for a in range(1000)], datatype=DataType.REGISTERS)],
            [SimData(0, values=[a * 5 + unit for a in range(1000)], datatype=DataType.REGISTERS)]))

    async def main():
        devices = [device(unit) for unit in (1, 2, 17)]
        if kind == "serial":
            server = ModbusSerialServer(devices, port=place, framer=FramerType.RTU, identity=identity)
        else:
            framer = FramerType.SOCKET if kind == "tcp" else FramerType.RTU
            server = ModbusTcpServer(devices, address=("127.0.0.1", int(place)), framer=framer, identity=identity)
        await server.serve_forever(background=True)
        print("ready")
        await asyncio.Event().wait()

    asyncio.run(main())
    """
}

import MapperSDK
import Testing

@testable import ModbusDriver

@Suite("A Modbus device's configuration")
struct ModbusConfigTests {
  private func config(_ value: JSONValue) throws -> ModbusConfig {
    try JSONValueDecoder(path: "configData").decode(ModbusConfig.self, from: value)
  }

  private func schemaIssues(_ value: JSONValue) -> [String] {
    ModbusSchema.schema.checkProtocolConfig(value, path: "").map { "\($0.isError ? "E" : "W") \($0)" }
  }

  @Test("takes v1beta1's samples: the port as text, or as a number without a mode")
  func v1beta1() throws {
    let tcp: JSONValue = ["communicateMode": "TCP", "port": "5502", "slaveID": 1, "ip": "10.244.1.13"]
    #expect(schemaIssues(tcp) == [])
    #expect(try config(tcp) == ModbusConfig(line: .tcp(host: "10.244.1.13", port: 5502), unit: 1))
    #expect(try config(["ip": "172.17.0.3", "port": 1502]).line == .tcp(host: "172.17.0.3", port: 1502))
    let rtu: JSONValue = [
      "communicateMode": "RTU", "slaveID": 3.0, "serialName": "/dev/ttyUSB0", "baudRate": 9600, "dataBits": 8, "stopBits": 2,
      "parity": "None", "rs485Enabled": true, "timeout": 0,
    ]
    #expect(schemaIssues(rtu) == [])
    let line = SerialLine(path: "/dev/ttyUSB0", baudRate: 9600, dataBits: 8, parity: .none, stopBits: 2, isRS485: true)
    #expect(try config(rtu) == ModbusConfig(line: .serial(line), unit: 3))
  }

  @Test("takes v1alpha2's typed protocol laid flat, with the customised value that means RS-485")
  func v1alpha2() throws {
    let value: JSONValue = [
      "slaveID": 1, "serialPort": "/dev/ttyS0", "baudRate": 115_200, "dataBits": 8, "parity": "even", "stopBits": 1,
      "serialType": "RS485", "commType": "COM", "reconnTimeout": 5, "reconnRetryTimes": 3, "collectTimeout": 300,
      "collectRetryTimes": 2, "collectType": "sync",
    ]
    #expect(schemaIssues(value) == [])
    let config = try config(value)
    #expect(config.line == .serial(SerialLine(path: "/dev/ttyS0", baudRate: 115_200, isRS485: true)))
    #expect(config.timing.responseTimeout == 300)
    #expect(ModbusConfig.issues(with: config) == [])
  }

  @Test("has the defaults of the specifications")
  func defaults() throws {
    let config = try config(["serialPort": "/dev/ttyUSB0"])
    #expect(config.line == .serial(SerialLine(path: "/dev/ttyUSB0", baudRate: 19_200, dataBits: 8, parity: .even, stopBits: 1)))
    #expect(config.unit == 1)
    #expect(config.timing == ModbusTiming(responseTimeout: 1000, pauseAfterConnect: 0, pauseBetweenRequests: 0))
    #expect(try self.config(["host": "plc"]).line == .tcp(host: "plc", port: 502))
  }

  @Test("takes the quirks of devices")
  func quirks() throws {
    let value: JSONValue = [
      "communicateMode": "rtuOverTcp", "ip": "10.0.0.9", "port": 4001, "slaveID": 17, "timeout": 250, "pauseAfterConnect": 100,
      "pauseBetweenRequests": "20", "maxRegisters": 50, "maxBits": 128, "oneRequestPerField": true, "readCoilsFromZero": "true",
      "maskWrite": "never",
    ]
    #expect(schemaIssues(value) == [])
    #expect(
      try config(value)
        == ModbusConfig(
          line: .rtuOverTCP(host: "10.0.0.9", port: 4001),
          timing: ModbusTiming(responseTimeout: 250, pauseAfterConnect: 100, pauseBetweenRequests: 20), unit: 17, maxRegisters: 50,
          maxBits: 128, oneRequestPerField: true, readCoilsFromZero: true, maskWrite: .never))
  }

  @Test(
    "refuses what it can't be, with its place",
    arguments: [
      ("{}", "configData.ip: is missing: the address of the device or its gateway, or serialPort for a serial line"),
      (#"{"communicateMode":"RTU","ip":"a"}"#, "configData.serialPort: is missing: the serial port of the line, for instance /dev/ttyUSB0"),
      (#"{"ip":"a","port":70000}"#, "configData.port: expected an integer from 1 to 65535, found 70000"),
      (#"{"ip":"a","port":"x"}"#, #"configData.port: expected an integer, found "x""#),
      (#"{"ip":"a","slaveID":256}"#, "configData.slaveID: expected an integer from 0 to 255, found 256"),
      (#"{"ip":"a","commType":"tcp server"}"#, #"configData.commType: expected TCP, RTU or RTUOverTCP, found "tcp server""#),
    ])
  func refuses(text: String, problem: String) throws {
    let value = try JSONValue(parsing: text)
    #expect(reason { _ = try config(value) } == problem)
  }

  @Test(
    "has a schema that says so before",
    arguments: [
      (#"{"slaveID":300}"#, "E slaveID: expected an integer from 0 to 255, found 300"),
      (#"{"baudRate":1}"#, "E baudRate: expected an integer from 50 to 4000000, found 1"),
      (#"{"parity":"evne"}"#, #"E parity: expected one of none, even, odd, found "evne", did you mean even?"#),
      (#"{"maxRegisters":126}"#, "E maxRegisters: expected an integer from 1 to 125, found 126"),
      (#"{"maxBits":0}"#, "E maxBits: expected an integer from 1 to 2000, found 0"),
      (#"{"slaveId":1}"#, "W slaveId: is not known to the driver, did you mean slaveID?"),
    ])
  func schema(text: String, issue: String) throws {
    #expect(schemaIssues(try JSONValue(parsing: text)) == [issue])
  }

  @Test(
    "finds what can't work on a line",
    arguments: [
      (#"{"serialPort":"/dev/ttyS0","slaveID":0}"#, "slaveID: a unit on a serial line is one of 1 to 247, found 0"),
      (#"{"serialPort":"/dev/ttyS0","slaveID":248}"#, "slaveID: a unit on a serial line is one of 1 to 247, found 248"),
      (#"{"serialPort":"1"}"#, #"serialPort: expected an absolute path such as /dev/ttyUSB0, found "1""#),
      (#"{"serialPort":"/dev/ttyS0","dataBits":7}"#, "dataBits: RTU frames need 8 data bits, found 7"),
    ])
  func issues(text: String, issue: String) throws {
    #expect(ModbusConfig.issues(with: try config(JSONValue(parsing: text))).map(\.description) == [issue])
  }

  @Test("refuses speeds that libmodbus would take 9600 for")
  func speeds() throws {
    let issues = ModbusConfig.issues(with: try config(["serialPort": "/dev/ttyS0", "baudRate": 12_345]))
    #expect(issues.count == 1)
    #expect(issues.first?.path == "baudRate")
    #expect(ModbusConfig.issues(with: try config(["ip": "a", "slaveID": 255])) == [])
  }

  @Test("names its bus by the port alone, and tells what keeps devices from sharing it")
  func bus() throws {
    let slow = try config(["serialPort": "/dev/ttyS0", "baudRate": 9600]).line
    let fast = try config(["serialPort": "/dev/ttyS0", "baudRate": 19_200, "parity": "none", "rs485": true]).line
    #expect(slow.busID == "/dev/ttyS0")
    #expect(slow.busID == fast.busID)
    #expect(slow.conflicts(with: slow) == [])
    #expect(
      fast.conflicts(with: slow).map(\.description) == [
        "baudRate: 19200 instead of 9600", "parity: none instead of even", "rs485: true instead of false",
      ])
    #expect(fast.conflicts(with: try config(["serialPort": "/dev/ttyS1", "baudRate": 9600]).line) == [], "another port")
    #expect(try config(["ip": "10.0.0.7"]).line.busID == "tcp://10.0.0.7:502")
    #expect(try config(["ip": "fe80::1", "communicateMode": "RTUOverTCP"]).line.busID == "rtu+tcp://[fe80::1]:502")
  }
}

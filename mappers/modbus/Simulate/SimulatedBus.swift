import MapperRuntime
import MapperSDK
import ModbusDriver
import ModbusSimulator

/// The slaves that Devices describe, as a memory with values that move.
struct SimulatedBus {
  typealias Binding = DeviceBinding<ModbusDriver>

  private struct Address: Hashable {
    var unit: UInt8
    var table: SlaveTable
    var address: Int
  }

  let memory = SlaveMemory()
  private let seed: UInt64
  /// What is said by a property already.
  private var taken: Set<Address> = []

  /// - Parameter seed: What random values come from: the same gives the same.
  init(_ devices: [Binding], seed: UInt64) {
    self.seed = seed
    let points = devices.flatMap { device in device.points.compactMap { SimulatedPoint($0) } }
    for device in devices {
      memory.addUnit(device.config.unit)
      memory.identify(
        device.config.unit, as: SlaveIdentity(vendorName: "Simulated", productCode: device.name.name, revision: ModbusMapper.version))
      limit(device)
    }
    // What is written is kept, so nothing else may say what is there; and whole registers are more than bits of them.
    for point in points where point.point.isWritable && point.mask == nil { keep(point) }
    for point in points where !point.point.isWritable && point.mask == nil { move(point) }
    let registers = Dictionary(grouping: points.filter { $0.mask != nil }) {
      Address(unit: $0.point.config.unit, table: $0.table, address: $0.span.start)
    }
    for (register, bits) in registers { move(register, bits) }
  }

  /// Takes the registers or bits of a property; whether they were free.
  private mutating func take(_ point: SimulatedPoint) -> Bool {
    let addresses = point.addresses.map { Address(unit: point.point.config.unit, table: point.table, address: $0) }
    guard taken.isDisjoint(with: addresses) else { return false }
    taken.formUnion(addresses)
    return true
  }

  private mutating func keep(_ point: SimulatedPoint) {
    let unit = point.point.config.unit
    guard take(point) else {
      fill(point)
      return
    }
    memory.set(point.table, point.span.start, Motion.rest(point), unit: unit)
  }

  private mutating func move(_ point: SimulatedPoint) {
    let unit = point.point.config.unit
    guard take(point) else {
      fill(point)
      return
    }
    switch Motion(point, seed: seed(of: point)) {
    case .still(let words): memory.set(point.table, point.span.start, words, unit: unit)
    case let motion:
      memory.source(point.table, point.addresses, unit: unit) { seconds in motion.words(at: seconds, of: point) ?? [] }
    }
  }

  /// Lets those of a property's addresses exist that nobody has yet.
  private mutating func fill(_ point: SimulatedPoint) {
    let unit = point.point.config.unit
    for address in point.addresses where taken.insert(Address(unit: unit, table: point.table, address: address)).inserted {
      memory.define(point.table, address..<(address + 1), unit: unit)
    }
  }

  private mutating func move(_ register: Address, _ bits: [SimulatedPoint]) {
    guard taken.insert(register).inserted else { return }
    memory.define(register.table, register.address..<(register.address + 1), unit: register.unit)
    guard !bits.contains(where: \.point.isWritable) else { return }
    let moving = bits.map { bit in
      (mask: bit.mask ?? 0, signal: Signal.square(low: 0, high: 1, period: Double(10 + seed(of: bit) % 20)))
    }
    memory.source(register.table, register.address..<(register.address + 1), unit: register.unit) { seconds in
      [moving.reduce(0) { $1.signal.value(at: seconds) >= 0.5 ? $0 | $1.mask : $0 }]
    }
  }

  private func limit(_ device: Binding) {
    let (registers, bits) = (device.config.maxRegisters, device.config.maxBits)
    guard registers < 125 || bits < 2000 else { return }
    memory.limit(unit: device.config.unit, registers: registers < 125 ? registers : nil, bits: bits < 2000 ? bits : nil)
  }

  private func seed(of point: SimulatedPoint) -> UInt64 {
    let name = "\(point.point.device)/\(point.point.property)"
    return name.utf8.reduce(14_695_981_039_346_656_037 ^ seed) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 } >> 16
  }
}

import ModbusSimulator
import Testing

@Suite("Read Device Identification (function code 43/14)")
struct IdentityTests {
  let memory = SlaveMemory()

  func answer(_ code: UInt8, _ object: UInt8) -> [UInt8]? { memory.answer(to: [43, 14, code, object], unit: 1) }

  @Test("Basic objects in one answer, as in the specification's example")
  func basic() {
    memory.identify(
      1,
      as: SlaveIdentity(
        vendorName: "Company identification", productCode: "Product code XX", revision: "V2.11", servesSingleObjects: false))
    let objects: [UInt8] =
      [0, 0x16] + Array("Company identification".utf8) + [1, 0x0F] + Array("Product code XX".utf8) + [2, 5] + Array("V2.11".utf8)
    #expect(answer(1, 0) == [43, 14, 1, 1, 0, 0, 3] + objects)
    // A higher level than the device has is answered with what it has; an unknown object with the first one.
    #expect(answer(3, 9) == [43, 14, 3, 1, 0, 0, 3] + objects)
    #expect(answer(4, 0) == [0xAB, 3])
    #expect(answer(0, 0) == [0xAB, 3])
    #expect(answer(5, 0) == [0xAB, 3])
  }

  @Test("Objects that don't fit one answer go on in the next")
  func continuation() {
    let long = String(repeating: "x", count: 200)
    memory.identify(
      1, as: SlaveIdentity(vendorName: long, productCode: "P", revision: "1", vendorURL: long, productName: "N", modelName: long))
    let first = answer(2, 0)
    #expect(first?.prefix(7) == [43, 14, 2, 0x82, 0xFF, 3, 3])
    #expect(first?.count == 7 + 202 + 3 + 3)
    let second = answer(2, 3)
    #expect(second?.prefix(7) == [43, 14, 2, 0x82, 0xFF, 5, 2])
    #expect(answer(2, 5)?.prefix(9) == [43, 14, 2, 0x82, 0, 0, 1, 5, 200])
    #expect(answer(1, 0)?.prefix(7) == [43, 14, 1, 0x82, 0, 0, 3])
  }

  @Test("Single objects, and vendors' own")
  func single() {
    memory.identify(1, as: SlaveIdentity(objects: [0: [65], 1: [66], 2: [67], 0x80: [68, 69], 0x81: Array(repeating: 1, count: 255)]))
    #expect(answer(4, 0x80) == [43, 14, 4, 0x83, 0, 0, 1, 0x80, 2, 68, 69])
    #expect(answer(4, 3) == [0xAB, 2])
    #expect(answer(2, 0) == [43, 14, 2, 0x83, 0, 0, 3, 0, 1, 65, 1, 1, 66, 2, 1, 67])
    #expect(answer(3, 0)?.prefix(7) == [43, 14, 3, 0x83, 0xFF, 0x81, 4])
    #expect(answer(3, 0x81)?.count == 253)
  }
}

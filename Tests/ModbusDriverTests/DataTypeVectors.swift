import ModbusDriver

/// Numbers as Python's `struct` packs them, in the four orders.
struct Vector: Sendable {
  let dataType: ModbusDataType
  let order: ByteOrder
  let registers: [UInt16]
  let text: String

  init(_ dataType: ModbusDataType, _ order: ByteOrder, _ registers: [UInt16], _ text: String) {
    self.dataType = dataType
    self.order = order
    self.registers = registers
    self.text = text
  }

  static let all: [Vector] = [
    Vector(.int16, .ABCD, [0xCFC7], "-12345"),
    Vector(.int16, .DCBA, [0xC7CF], "-12345"),
    Vector(.int16, .BADC, [0xC7CF], "-12345"),
    Vector(.int16, .CDAB, [0xCFC7], "-12345"),
    Vector(.uint16, .ABCD, [0xCFC7], "53191"),
    Vector(.uint16, .DCBA, [0xC7CF], "53191"),
    Vector(.uint16, .BADC, [0xC7CF], "53191"),
    Vector(.uint16, .CDAB, [0xCFC7], "53191"),
    Vector(.int32, .ABCD, [0xB669, 0xFD2E], "-1234567890"),
    Vector(.int32, .DCBA, [0x2EFD, 0x69B6], "-1234567890"),
    Vector(.int32, .BADC, [0x69B6, 0x2EFD], "-1234567890"),
    Vector(.int32, .CDAB, [0xFD2E, 0xB669], "-1234567890"),
    Vector(.uint32, .ABCD, [0xB669, 0xFD2E], "3060399406"),
    Vector(.uint32, .DCBA, [0x2EFD, 0x69B6], "3060399406"),
    Vector(.uint32, .BADC, [0x69B6, 0x2EFD], "3060399406"),
    Vector(.uint32, .CDAB, [0xFD2E, 0xB669], "3060399406"),
    Vector(.int64, .ABCD, [0xEEDD, 0xEF0B, 0x8216, 0x7EEB], "-1234567890123456789"),
    Vector(.int64, .DCBA, [0xEB7E, 0x1682, 0x0BEF, 0xDDEE], "-1234567890123456789"),
    Vector(.int64, .BADC, [0xDDEE, 0x0BEF, 0x1682, 0xEB7E], "-1234567890123456789"),
    Vector(.int64, .CDAB, [0x7EEB, 0x8216, 0xEF0B, 0xEEDD], "-1234567890123456789"),
    Vector(.uint64, .ABCD, [0x7E9D, 0x079C, 0x88B4, 0xF34E], "9123456789012345678"),
    Vector(.uint64, .DCBA, [0x4EF3, 0xB488, 0x9C07, 0x9D7E], "9123456789012345678"),
    Vector(.uint64, .BADC, [0x9D7E, 0x9C07, 0xB488, 0x4EF3], "9123456789012345678"),
    Vector(.uint64, .CDAB, [0xF34E, 0x88B4, 0x079C, 0x7E9D], "9123456789012345678"),
    Vector(.float16, .ABCD, [0xC680], "-6.5"),
    Vector(.float16, .DCBA, [0x80C6], "-6.5"),
    Vector(.float16, .BADC, [0x80C6], "-6.5"),
    Vector(.float16, .CDAB, [0xC680], "-6.5"),
    Vector(.float32, .ABCD, [0x42F6, 0xE979], "123.456"),
    Vector(.float32, .DCBA, [0x79E9, 0xF642], "123.456"),
    Vector(.float32, .BADC, [0xF642, 0x79E9], "123.456"),
    Vector(.float32, .CDAB, [0xE979, 0x42F6], "123.456"),
    Vector(.float32, .ABCD, [0xBDCC, 0xCCCD], "-0.1"),
    Vector(.float32, .DCBA, [0xCDCC, 0xCCBD], "-0.1"),
    Vector(.float32, .BADC, [0xCCBD, 0xCDCC], "-0.1"),
    Vector(.float32, .CDAB, [0xCCCD, 0xBDCC], "-0.1"),
    Vector(.float64, .ABCD, [0x4009, 0x21FB, 0x5444, 0x2D18], "3.141592653589793"),
    Vector(.float64, .DCBA, [0x182D, 0x4454, 0xFB21, 0x0940], "3.141592653589793"),
    Vector(.float64, .BADC, [0x0940, 0xFB21, 0x4454, 0x182D], "3.141592653589793"),
    Vector(.float64, .CDAB, [0x2D18, 0x5444, 0x21FB, 0x4009], "3.141592653589793"),
    Vector(.bcd, .ABCD, [0x1234], "1234"),
    Vector(.bcd, .DCBA, [0x3412], "1234"),
    Vector(.bcd, .BADC, [0x3412], "1234"),
    Vector(.bcd, .CDAB, [0x1234], "1234"),
    Vector(.bcd, .ABCD, [0x1234, 0x5678], "12345678"),
    Vector(.bcd, .DCBA, [0x7856, 0x3412], "12345678"),
    Vector(.bcd, .BADC, [0x3412, 0x7856], "12345678"),
    Vector(.bcd, .CDAB, [0x5678, 0x1234], "12345678"),
    Vector(.bcd, .ABCD, [0x1234, 0x5678, 0x9012, 0x3456], "1234567890123456"),
    Vector(.bcd, .DCBA, [0x5634, 0x1290, 0x7856, 0x3412], "1234567890123456"),
    Vector(.bcd, .BADC, [0x3412, 0x7856, 0x1290, 0x5634], "1234567890123456"),
    Vector(.bcd, .CDAB, [0x3456, 0x9012, 0x5678, 0x1234], "1234567890123456"),
  ]
}

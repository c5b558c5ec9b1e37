public import MapperSDK

/// A property of a Modbus device.
public typealias ModbusPoint = DevicePoint<ModbusConfig, ModbusVisitor>

/// Sees each frame that goes over a line: which way, the unit asked, the frame's bytes with header and checksum, and the
/// time since the system started in microseconds.
///
/// Called on the bus's thread between two requests; what it does there, the bus waits for. Of an answer that libmodbus
/// could make nothing of there are no bytes to see.
public typealias WireTap = @Sendable (_ direction: WireDirection, _ unit: UInt8, _ bytes: [UInt8], _ microseconds: Int64) -> Void

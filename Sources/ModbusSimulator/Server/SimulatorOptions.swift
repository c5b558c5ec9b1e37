/// How a simulator behaves beyond its memory.
public struct SimulatorOptions: Sendable {
  /// What a request for a unit that doesn't exist meets.
  public enum UnknownUnit: Sendable, Hashable {
    /// Nothing answers, as on a serial line.
    case silent
    /// An exception, as from a gateway.
    case exception(ModbusExceptionCode)
  }

  /// What a request for a unit that doesn't exist meets; `nil` is exception 11 on TCP and silence on RTU.
  public var unknownUnit: UnknownUnit?
  /// How long the device thinks before each answer, in milliseconds.
  public var turnaroundMilliseconds = 0
  /// The bits per second of a line whose time is kept: 11 bits a character, both ways, and a silence of 3.5 characters
  /// after each frame (1.75 ms above 19200, MODBUS over Serial Line V1.02, section 2.5.1.1). `nil` for no such line: all
  /// goes as fast as it can. Nothing is paced on Modbus TCP.
  public var bitsPerSecond: Int?
  /// After how long a silence bytes that are no whole RTU request are thrown away, in milliseconds.
  public var frameSilenceMilliseconds = 20
  /// The most connections at a time, `nil` for as many as the system has; what comes above is closed at once.
  public var maximumConnections: Int?
  /// How many requests ``ModbusSimulator/requests`` keeps: the last ones.
  public var requestLimit = 100_000
  /// Called with every request once it is answered or known to be not, on the simulator's thread: it has to be quick.
  public var onRequest: (@Sendable (RequestRecord) -> Void)?

  /// The defaults.
  public init() {}

  /// Options.
  public init(
    turnaroundMilliseconds: Int = 0, bitsPerSecond: Int? = nil, maximumConnections: Int? = nil, unknownUnit: UnknownUnit? = nil,
    onRequest: (@Sendable (RequestRecord) -> Void)? = nil
  ) {
    self.turnaroundMilliseconds = turnaroundMilliseconds
    self.bitsPerSecond = bitsPerSecond
    self.maximumConnections = maximumConnections
    self.unknownUnit = unknownUnit
    self.onRequest = onRequest
  }
}

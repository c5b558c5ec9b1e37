/// `visitors.configData` of a property that is a GPIO line, or several.
public struct GPIOVisitor: Sendable, Hashable {
  /// Which way a line goes.
  public enum Direction: String, Decodable, Sendable, Hashable, CaseIterable {
    /// It is read.
    case input = "in"
    /// It is driven.
    case output = "out"
  }

  /// What an open line is held at.
  public enum Bias: String, Decodable, Sendable, Hashable, CaseIterable {
    /// Whatever it was.
    case asIs
    /// The supply.
    case pullUp
    /// Ground.
    case pullDown
    /// Nothing.
    case disable
  }

  /// How an output is driven.
  public enum Drive: String, Decodable, Sendable, Hashable, CaseIterable {
    /// High and low.
    case pushPull
    /// Low only.
    case openDrain
    /// High only.
    case openSource
  }

  /// The changes of an input that are told.
  public enum Edge: String, Decodable, Sendable, Hashable, CaseIterable {
    /// To active.
    case rising
    /// To inactive.
    case falling
    /// Each.
    case both
    /// None: the input is read each cycle.
    case none
  }

  /// What an input's value is.
  public enum Measure: String, Decodable, Sendable, Hashable, CaseIterable {
    /// Whether it is active.
    case level
    /// How often it has become active since the mapper started.
    case count
    /// How often a second it becomes active.
    case frequency
  }

  /// The lines: one, or several whose bits make a number, the first being the lowest.
  public var lines: [LineName]
  /// Whether ``lines`` were given as a list.
  public var isGroup: Bool
  /// Whether there were both a line and a list.
  var isAmbiguous = false
  /// Which way they go; `nil`: a property that may be written is an output.
  public var direction: Direction?
  /// Whether a low level is active.
  public var activeLow: Bool
  /// What open lines are held at.
  public var bias: Bias
  /// How outputs are driven.
  public var drive: Drive
  /// The changes that are told.
  public var edge: Edge
  /// How long a level has to stay before it counts, in milliseconds.
  public var debounce: Int64
  /// What an output is set to when the mapper takes it; `nil`: it stays as it is.
  public var initial: Int64?
  /// What the value of an input is.
  public var measures: Measure
  /// What a count, or a frequency, is multiplied with: units a pulse.
  public var scale: Double
  /// How far back a frequency is taken from, in milliseconds.
  public var window: Int64

  /// A visitor of one line.
  public init(
    line: LineName, direction: Direction? = nil, activeLow: Bool = false, bias: Bias = .asIs, drive: Drive = .pushPull,
    edge: Edge = .both, debounce: Int64 = 0, initial: Int64? = nil, measures: Measure = .level, scale: Double = 1, window: Int64 = 1000
  ) {
    lines = [line]
    isGroup = false
    self.direction = direction
    self.activeLow = activeLow
    self.bias = bias
    self.drive = drive
    self.edge = edge
    self.debounce = debounce
    self.initial = initial
    self.measures = measures
    self.scale = scale
    self.window = window
  }
}

extension GPIOVisitor: Decodable {
  private enum Key: String, CodingKey {
    case line, lines, direction, activeLow, bias, drive, edge, debounce, initial, measures, scale, window
  }

  /// Reads a visitor; its schema was checked before.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let line = try container.decodeIfPresent(LineName.self, forKey: .line)
    let group = try container.decodeIfPresent([LineName].self, forKey: .lines)
    self.init(line: .offset(0))
    lines = (line.map { [$0] } ?? []) + (group ?? [])
    isGroup = group != nil
    isAmbiguous = line != nil && group != nil
    direction = try container.decodeIfPresent(Direction.self, forKey: .direction)
    activeLow = try container.decodeIfPresent(Bool.self, forKey: .activeLow) ?? activeLow
    bias = try container.decodeIfPresent(Bias.self, forKey: .bias) ?? bias
    drive = try container.decodeIfPresent(Drive.self, forKey: .drive) ?? drive
    edge = try container.decodeIfPresent(Edge.self, forKey: .edge) ?? edge
    debounce = try container.decodeIfPresent(Int64.self, forKey: .debounce) ?? debounce
    if let level = try? container.decodeIfPresent(Bool.self, forKey: .initial) {
      initial = level ? 1 : 0
    } else {
      initial = try container.decodeIfPresent(Int64.self, forKey: .initial)
    }
    measures = try container.decodeIfPresent(Measure.self, forKey: .measures) ?? measures
    scale = try container.decodeIfPresent(Double.self, forKey: .scale) ?? scale
    window = try container.decodeIfPresent(Int64.self, forKey: .window) ?? window
  }
}

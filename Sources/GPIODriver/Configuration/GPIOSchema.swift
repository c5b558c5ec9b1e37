internal import MapperSDK

/// What a Device on GPIO lines may say.
enum GPIOSchema {
  static let schema = DriverSchema(
    protocolConfig: [
      .init("chip", .string, doc: "the chip's name (gpiochip0), path, or label; without it lines are found by their names on any chip"),
      .init(
        "consumer", .string, default: .string(GPIOConfig.defaultConsumer),
        doc: "what the kernel, and others who want the lines, are told of who uses them, up to 31 bytes"),
    ],
    visitor: [
      .init("line", .any, doc: "the line's offset on the chip, counted from 0, or its name"),
      .init("lines", .structure, doc: "several lines, as one number: the first is its lowest bit; read together, and set together"),
      .init(
        "direction", .oneOf(GPIOVisitor.Direction.allCases.map(\.rawValue)),
        doc: "in or out; without it a property that may be written is an output"),
      .init("activeLow", .boolean, default: false, doc: "whether a low level is active"),
      .init("bias", .oneOf(GPIOVisitor.Bias.allCases.map(\.rawValue)), default: "asIs", doc: "what an open line is held at"),
      .init("drive", .oneOf(GPIOVisitor.Drive.allCases.map(\.rawValue)), default: "pushPull", doc: "how an output is driven"),
      .init(
        "edge", .oneOf(GPIOVisitor.Edge.allCases.map(\.rawValue)), default: "both",
        doc: "the changes of an input that are told; with none it is read each collectCycle"),
      .init(
        "debounce", .integer(0...60_000), unit: "ms", default: 0,
        doc: "how long a level has to stay before it counts; done by the mapper, as libgpiod 1.6 can't have the kernel do it"),
      .init("initial", .any, doc: "what an output is set to when the mapper takes it; without it, it stays as it is"),
      .init(
        "measures", .oneOf(GPIOVisitor.Measure.allCases.map(\.rawValue)), default: "level",
        doc: "what an input's value is: whether it is active, how often it became active, or how often a second it does"),
      .init("scale", .number(1e-9...1e9), default: 1, doc: "what a count or a frequency is multiplied with: units a pulse"),
      .init("window", .integer(10...3_600_000), unit: "ms", default: 1000, doc: "how far back a frequency is taken from"),
    ],
    commands: [
      .init(
        "pulse", argument: "how long, in milliseconds from 1 to 60000, for instance 500",
        doc: "makes an output active for a while, then inactive"),
      .init(
        "blink", argument: "how often from 1 to 1000, and how long each is on and off in milliseconds, for instance 3x200",
        doc: "makes an output active several times, then inactive"),
    ])
}

// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
  .product(name: "NIOHTTP1", package: "swift-nio"),
]

let package = Package(
  name: "swiftlet",
  products: [
    .library(name: "MapperSDK", targets: ["MapperSDK"]),
    .library(name: "MapperRuntime", targets: ["MapperRuntime"]),
    .library(name: "MapperTesting", targets: ["MapperTesting"]),
    .library(name: "DeviceAPI", targets: ["DeviceAPI"]),
    .library(name: "ModbusSimulator", targets: ["ModbusSimulator"]),
    .library(name: "TwinProtocol", targets: ["TwinProtocol"]),
    .executable(name: "edgecore", targets: ["EdgeCoreCommand"]),
    .executable(name: "edgectl", targets: ["EdgectlCommand"]),
    .executable(name: "temperature-mapper", targets: ["TemperatureMapper"]),
    .executable(name: "modbus-mapper", targets: ["ModbusMapper"]),
    .executable(name: "gpio-mapper", targets: ["GPIOMapper"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    // Without its default traits: FullFoundation would bring Foundation's ICU data into everything that links it.
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // MARK: Foundations: values and text, no I/O
    .target(name: "JSON", swiftSettings: settings),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .target(name: "YAML", dependencies: ["CYAML", "JSON"], swiftSettings: settings),
    .target(name: "DeviceAPI", dependencies: ["JSON"], swiftSettings: settings),
    .target(name: "TwinProtocol", dependencies: ["JSON"], swiftSettings: settings),

    .target(name: "Prometheus", dependencies: [metrics], swiftSettings: settings),

    // MARK: Transports
    .systemLibrary(name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
    .target(name: "MQTTClient", dependencies: ["CMosquitto"], swiftSettings: settings),
    .target(name: "APIClient", dependencies: ["JSON", "YAML", log, nioSSL] + nio, swiftSettings: settings),

    // MARK: Mappers
    .systemLibrary(name: "CMalloc"),
    .target(name: "MapperSDK", dependencies: ["JSON", log], swiftSettings: settings),
    .target(
      name: "MapperRuntime",
      dependencies: [
        "APIClient", "CMalloc", "DeviceAPI", "JSON", "MQTTClient", "MapperSDK", "Prometheus", "TwinProtocol", "YAML", arguments, lifecycle,
        log, metrics,
        signals,
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: settings
    ),
    // What tests of drivers import: no test library, no broker.
    .target(
      name: "MapperTesting",
      dependencies: ["DeviceAPI", "JSON", "MapperRuntime", "MapperSDK", "TwinProtocol", "YAML", lifecycle, log],
      swiftSettings: settings
    ),
    .target(name: "TemperatureDriver", dependencies: ["MapperSDK"], swiftSettings: settings),
    .executableTarget(
      name: "TemperatureMapper",
      dependencies: ["MapperRuntime", "TemperatureDriver"],
      path: "mappers/temperature",
      swiftSettings: settings
    ),

    .systemLibrary(name: "CModbus", pkgConfig: "libmodbus", providers: [.apt(["libmodbus-dev"])]),
    .target(name: "ModbusDriver", dependencies: ["CModbus", "JSON", "MapperSDK"], swiftSettings: settings),
    .executableTarget(
      name: "ModbusMapper",
      dependencies: ["JSON", "MapperRuntime", "MapperSDK", "ModbusDriver", "ModbusSimulator", "YAML", arguments, log],
      path: "mappers/modbus",
      swiftSettings: settings
    ),

    .systemLibrary(name: "CGPIOD", pkgConfig: "libgpiod", providers: [.apt(["libgpiod-dev"])]),
    .target(name: "GPIODriver", dependencies: ["CGPIOD", "MapperSDK"], swiftSettings: settings),
    .executableTarget(
      name: "GPIOMapper", dependencies: ["GPIODriver", "JSON", "MapperRuntime", "YAML", arguments], path: "mappers/gpio",
      exclude: ["README.md"],
      swiftSettings: settings),

    // Slaves to test drivers with. It shares no code with any driver, and needs no library of the protocol.
    .target(name: "ModbusSimulator", dependencies: ["JSON"], swiftSettings: settings),

    // MARK: The edge core
    .target(
      name: "EdgeCore",
      dependencies: [
        "CMalloc", "DeviceAPI", "JSON", "MQTTClient", "Prometheus", "TwinProtocol", "YAML", lifecycle, log, metrics,
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        nioSSL,
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: settings
    ),
    .executableTarget(
      name: "EdgeCoreCommand",
      dependencies: ["EdgeCore", arguments, lifecycle, log, signals],
      path: "Sources/Commands/edgecore",
      swiftSettings: settings
    ),
    .executableTarget(
      name: "EdgectlCommand",
      dependencies: [
        "APIClient", "DeviceAPI", "JSON", "YAML", arguments, log, signals,
      ],
      path: "Sources/Commands/edgectl",
      swiftSettings: settings
    ),

    // MARK: Tests
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
    .target(
      name: "FakeKubeEdge", dependencies: ["JSON", "MQTTClient", "TestSupport"], path: "Tests/FakeKubeEdge", swiftSettings: settings),
    // Kills edgecore and its broker under load, and proves that nothing acknowledged is lost: for a test, and for hours.
    .target(
      name: "Durability",
      dependencies: [
        "APIClient", "JSON", "MQTTClient", "TestSupport", "TwinProtocol", "YAML", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      path: "Tests/Durability", swiftSettings: settings),
    .executableTarget(
      name: "swiftlet-soak", dependencies: ["Durability", "TestSupport", arguments, signals], path: "Tests/Soak", swiftSettings: settings),
    .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: settings),
    .testTarget(name: "PrometheusTests", dependencies: ["Prometheus", metrics], swiftSettings: settings),
    .testTarget(name: "YAMLTests", dependencies: ["JSON", "YAML"], swiftSettings: settings),
    .testTarget(
      name: "DeviceAPITests", dependencies: ["DeviceAPI", "JSON", "YAML"], exclude: ["Vectors"], swiftSettings: settings),
    .testTarget(
      name: "TwinProtocolTests", dependencies: ["JSON", "TwinProtocol"], swiftSettings: settings),
    .testTarget(name: "MQTTClientTests", dependencies: ["MQTTClient", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "APIClientTests", dependencies: ["APIClient", "JSON", "TestSupport"] + nio, swiftSettings: settings),
    .testTarget(name: "MapperSDKTests", dependencies: ["JSON", "MapperSDK"], swiftSettings: settings),
    .testTarget(
      name: "ModbusSimulatorTests",
      dependencies: ["JSON", "ModbusSimulator", "TestSupport"],
      exclude: ["Clients"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "TemperatureDriverTests", dependencies: ["JSON", "MapperSDK", "TemperatureDriver"], swiftSettings: settings),
    .testTarget(
      name: "ModbusDriverTests",
      dependencies: ["JSON", "MapperSDK", "ModbusDriver", "ModbusSimulator", "TestSupport", "YAML", log], swiftSettings: settings),
    .testTarget(
      name: "MapperTestingTests",
      dependencies: [
        "JSON", "MapperRuntime", "MapperSDK", "MapperTesting", "ModbusDriver", "ModbusSimulator", "TemperatureDriver", "TestSupport", log,
      ],
      swiftSettings: settings
    ),
    // Its suite Kernel runs in the VM of scripts/gpio-vm.sh alone, where a test of ProductTests starts it.
    .testTarget(
      name: "GPIODriverTests",
      dependencies: ["GPIODriver", "GPIOMapper", "JSON", "MapperSDK", "MapperTesting", "TestSupport", "YAML", log],
      swiftSettings: settings
    ),
    .testTarget(
      name: "MapperRuntimeTests",
      dependencies: [
        "DeviceAPI", "FakeKubeEdge", "JSON", "MQTTClient", "MapperRuntime", "MapperSDK", "ModbusDriver", "ModbusSimulator", "Prometheus",
        "TestSupport", "TwinProtocol", "YAML", lifecycle, log, metrics,
      ],
      exclude: ["Modbus/plans"],
      resources: [.copy("Vectors")],
      swiftSettings: settings
    ),
    .testTarget(
      name: "EdgeCoreTests",
      dependencies: [
        "APIClient", "DeviceAPI", "EdgeCore", "JSON", "MQTTClient", "TestSupport", "TwinProtocol", "YAML", lifecycle, log,
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Hummingbird", package: "hummingbird"),
      ],
      resources: [.copy("Vectors")],
      swiftSettings: settings
    ),
    .testTarget(
      name: "EdgectlTests",
      dependencies: ["APIClient", "EdgeCoreCommand", "EdgectlCommand", "JSON", "TestSupport", "YAML"],
      swiftSettings: settings
    ),
    // The product as processes: edgecore, mappers, edgectl, kubectl and a broker, started and killed.
    .testTarget(
      name: "ProductTests",
      dependencies: [
        "APIClient", "Durability", "FakeKubeEdge", "JSON", "MQTTClient", "MapperRuntime", "MapperSDK", "TestSupport", "TwinProtocol",
        "YAML",
        "EdgeCoreCommand", "EdgectlCommand", "GPIOMapper", "ModbusMapper", "ModbusSimulator", "TemperatureMapper", log,
      ],
      exclude: ["Clients", "plans"],
      swiftSettings: settings
    ),
  ]
)

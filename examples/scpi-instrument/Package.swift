// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "scpi-instrument",
  dependencies: [
    // A driver of your own names the repository here instead.
    .package(name: "swiftlet", path: "../.."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .target(name: "SCPIDriver", dependencies: [.product(name: "MapperSDK", package: "swiftlet")]),
    .target(name: "SCPISimulator", dependencies: [.product(name: "MapperSDK", package: "swiftlet")]),
    .executableTarget(
      name: "scpi-mapper",
      dependencies: [
        "SCPIDriver", "SCPISimulator",
        .product(name: "MapperRuntime", package: "swiftlet"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]
    ),
    .testTarget(
      name: "SCPIDriverTests",
      dependencies: ["SCPIDriver", "SCPISimulator", .product(name: "MapperTesting", package: "swiftlet")]
    ),
  ]
)

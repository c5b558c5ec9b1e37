/// What makes a folder a package.
extension NewPackage {
  var package: GeneratedFile {
    GeneratedFile(
      "Package.swift",
      text: #"""
        // swift-tools-version: 6.2
        import PackageDescription

        let package = Package(
          name: "\#(names.name)-mapper",
          products: [
            .executable(name: "\#(names.name)-mapper", targets: ["\#(names.name)-mapper"]),
            .library(name: "\#(names.type)Driver", targets: ["\#(names.type)Driver"]),
          ],
          dependencies: [
            \#(sdk.requirement),
            .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
          ],
          targets: [
            // Speaks the protocol.
            .target(name: "\#(names.type)Driver", dependencies: [.product(name: "MapperSDK", package: "\#(sdk.package)")]),
            // A device to try it on. It shares no code with the driver, so that the two can't be wrong together.
            .target(name: "\#(names.type)Simulator", dependencies: [.product(name: "MapperSDK", package: "\#(sdk.package)")]),
            .executableTarget(
              name: "\#(names.name)-mapper",
              dependencies: [
                "\#(names.type)Driver", "\#(names.type)Simulator",
                .product(name: "MapperRuntime", package: "\#(sdk.package)"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
              ]
            ),
            .testTarget(
              name: "\#(names.type)DriverTests",
              dependencies: ["\#(names.type)Driver", "\#(names.type)Simulator", .product(name: "MapperTesting", package: "\#(sdk.package)")]
            ),
          ]
        )

        """#)
  }

  var gitignore: GeneratedFile {
    GeneratedFile(
      ".gitignore",
      text: #"""
        .build
        .swiftpm/

        """#)
  }

  var swiftFormat: GeneratedFile {
    GeneratedFile(
      ".swift-format",
      text: #"""
        {
          "version": 1,
          "lineLength": 140,
          "indentation": { "spaces": 2 },
          "maximumBlankLines": 1,
          "respectsExistingLineBreaks": true,
          "lineBreakBeforeEachArgument": false,
          "rules": {
            "AllPublicDeclarationsHaveDocumentation": true,
            "NeverForceUnwrap": false,
            "NeverUseForceTry": true,
            "NoBlockComments": true,
            "OmitExplicitReturns": false,
            "OrderedImports": true,
            "UseEarlyExits": false,
            "ValidateDocumentationComments": false
          }
        }

        """#)
  }
}

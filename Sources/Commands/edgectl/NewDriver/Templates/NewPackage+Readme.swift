/// What its reader is told.
extension NewPackage {
  var readme: GeneratedFile {
    GeneratedFile(
      "README.md",
      text: #"""
        # \#(names.name)-mapper

        Serves devices of the protocol `\#(names.protocolName)` on a KubeEdge edge node, built with [Swiftlet](\#(sdk.link)).

        It needs Swift 6.2 or newer, and on Debian 12 `apt-get install libmosquitto-dev libyaml-dev pkg-config`. The SDK is `\#(sdk.place)`, as `Package.swift` says.

        ## Try it

        ```console
        swift build
        swift test
        ```

        `swift test` runs the driver against a simulated device, through some forty checks of what any driver has to do. With an edgecore on this machine,
        in three terminals:

        ```console
        swift run \#(names.name)-mapper simulate
        swift run \#(names.name)-mapper --node-name edge-node-1
        kubectl -s http://127.0.0.1:10550 apply -f models/
        kubectl -s http://127.0.0.1:10550 get device \#(names.name) -o yaml
        ```

        The mapper finds edgecore's login for mappers at `/var/lib/kubeedge/mqtt/mapper.yaml`, or in `$XDG_STATE_HOME/kubeedge/mqtt` for others than root; `--mqtt-credentials` names
        another place.

        Without an edgecore, `swift run \#(names.name)-mapper read -f models/ \#(names.name)` reads the device now.

        ## Make it yours

        | | |
        |---|---|
        | `Sources/\#(names.type)Driver/\#(names.type)Driver.swift` | what a Device says to be reached, and what finds a property in it |
        | `Sources/\#(names.type)Driver/\#(names.type)Connection.swift` | what goes over the wire: a read, a write |
        | `Sources/\#(names.type)Simulator` | a device that doesn't exist, for tests and for trying out |
        | `Sources/\#(names.name)-mapper` | the program |
        | `Tests/\#(names.type)DriverTests` | the conformance checks: keep them passing |
        | `models/` | a DeviceModel and a Device |
        | `Dockerfile`, `deployment.yaml` | the mapper as a container, on the host's network |
        | `scripts/ci.sh` | what continuous integration should run |

        `grep -rn REPLACE .` lists where the protocol is.

        """#)
  }
}

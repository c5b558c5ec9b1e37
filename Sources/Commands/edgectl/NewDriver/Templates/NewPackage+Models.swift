/// A model and a device.
extension NewPackage {
  var model: GeneratedFile {
    GeneratedFile(
      "models/device-model.yaml",
      text: #"""
        # What devices of this kind have. REPLACE the properties; types: INT, FLOAT, DOUBLE, STRING, BOOLEAN, BYTES.
        apiVersion: devices.kubeedge.io/v1beta1
        kind: DeviceModel
        metadata:
          name: \#(names.name)-model
        spec:
          protocol: "\#(names.protocolName)"
          properties:
            - name: temperature
              description: The temperature measured last
              type: DOUBLE
              accessMode: ReadOnly
              unit: Celsius
            - name: setpoint
              description: The temperature aimed at
              type: DOUBLE
              accessMode: ReadWrite
              minimum: "5"
              maximum: "30"
              unit: Celsius

        """#)
  }

  var device: GeneratedFile {
    GeneratedFile(
      "models/device.yaml",
      text: #"""
        # One device. Its node is the one whose mapper serves it; configData is the driver's ProtocolConfig, and its Visitor.
        apiVersion: devices.kubeedge.io/v1beta1
        kind: Device
        metadata:
          name: \#(names.name)
        spec:
          deviceModelRef:
            name: \#(names.name)-model
          nodeName: edge-node-1
          protocol:
            protocolName: "\#(names.protocolName)"
            configData:
              host: 127.0.0.1
              port: 7701
          properties:
            - name: temperature
              collectCycle: 1000
              visitors:
                protocolName: "\#(names.protocolName)"
                configData:
                  name: temperature
            - name: setpoint
              collectCycle: 1000
              visitors:
                protocolName: "\#(names.protocolName)"
                configData:
                  name: setpoint

        """#)
  }
}

extension Schema {
  /// DeviceStatus of v1beta1 (KubeEdge from 1.23).
  static let deviceStatusV1Beta1: Schema = .resource(
    "What was reported of the Device of the same name.",
    [
      .optional("spec", .object("Empty: a status asks for nothing.", [])),
      .optional("status", .object("The device's state and its twins.", deviceStatusFields)),
    ])
}

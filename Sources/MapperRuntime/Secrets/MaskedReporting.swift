internal import TwinProtocol

/// Reports to edgecore without what is secret: reasons are sentences that a driver made.
struct MaskedReporting: EdgeReporting {
  let base: any EdgeReporting
  let secrets: SecretTexts

  var isSwiftlet: Bool { get async { await base.isSwiftlet } }

  func attach(_ device: any EdgeDevice, as id: DeviceID) async { await base.attach(device, as: id) }

  func detach(_ id: DeviceID) async { await base.detach(id) }

  func report(_ twins: [String: Twin], of id: DeviceID, every: Set<String>) async {
    guard !secrets.isEmpty else { return await base.report(twins, of: id, every: every) }
    await base.report(twins.mapValues(masked), of: id, every: every)
  }

  func tell(state: String, because reason: String?, of id: DeviceID) async {
    await base.tell(state: state, because: reason.map { secrets.masked($0) }, of: id)
  }

  func publish(data: [String: Twin], of id: DeviceID) async {
    await base.publish(data: secrets.isEmpty ? data : data.mapValues(masked), of: id)
  }

  private func masked(_ twin: Twin) -> Twin {
    var twin = twin
    if let reason = twin.actual?.reason { twin.actual?.reason = secrets.masked(reason) }
    if let error = twin.written?.error { twin.written?.error = secrets.masked(error) }
    return twin
  }
}

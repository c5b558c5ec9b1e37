import Glibc
import TestSupport

/// Two pseudo-terminals that socat joins like the ends of a cable.
struct PseudoTerminals {
  /// One end.
  let near: String
  /// The other end.
  let far: String
  /// socat; killing it is pulling the cable out.
  let cable: TestProcess
  private let folder: TestFolder

  init() async throws {
    folder = try TestFolder("pty")
    near = folder.path("near")
    far = folder.path("far")
    cable = try await TestProcess("socat", ["pty,raw,echo=0,link=\(near)", "pty,raw,echo=0,link=\(far)"])
    let (near, far) = (near, far)
    try await eventually("the pseudo-terminals") { access(near, F_OK) == 0 && access(far, F_OK) == 0 }
  }
}

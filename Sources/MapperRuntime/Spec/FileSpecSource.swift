internal import DeviceAPI
internal import Logging
internal import MapperSDK
internal import ServiceLifecycle

/// Follows the Devices and DeviceModels of a file or a folder, or those of a `deviceProfile.json`.
///
/// Files are read by a thread of their own: a disk may be slow.
struct FileSpecSource: SpecSource {
  private let path: String
  private let form: SpecLibrary.Form
  private let node: String
  private let protocolName: String
  private let references: SpecReferences
  private let check: @Sendable (ResolvedDevice) -> DriverFindings
  private let logger: Logger
  private let submit: @Sendable ([SpecStore.Change]) -> Void

  /// How often files are looked at though nobody told of a change, in milliseconds.
  private static let pause: Int32 = 5000
  /// How often when the kernel doesn't tell of changes.
  private static let shortPause: Int32 = 1000

  init(
    path: String, form: SpecLibrary.Form, node: String, protocolName: String, references: SpecReferences, logger: Logger,
    check: @escaping @Sendable (ResolvedDevice) -> DriverFindings, submit: @escaping @Sendable ([SpecStore.Change]) -> Void
  ) {
    self.path = path
    self.form = form
    self.node = node
    self.protocolName = protocolName
    self.references = references
    self.check = check
    self.logger = logger
    self.submit = submit
  }

  /// Follows until shut down.
  func run() async throws {
    let executor = try BusExecutor()
    let stop = try StopSignal()
    await withTaskCancellationOrGracefulShutdownHandler {
      await withDiscardingTaskGroup { group in
        group.addTask(executorPreference: executor) { follow(until: stop) }
      }
    } onCancelOrGracefulShutdown: {
      stop.send()
    }
  }

  /// Blocks its thread.
  private func follow(until stop: StopSignal) {
    var watch = FolderWatch()
    var library = SpecLibrary(form: form, node: node, protocolName: protocolName, references: references, check: check)
    var store = SpecStore(
      node: node, protocolName: protocolName, takesUnassigned: true, keepsDesired: form == .objects, references: references)
    var journal = SpecJournal(path: path, node: node, logger: logger)
    var seen: SpecFiles.Fingerprint?
    var isDue = true
    while !stop.isSent {
      // Watched before it is read, and looked at before: what changes meanwhile is seen the next time.
      watch.watch(SpecFiles.folders(of: path))
      let now = SpecFiles.fingerprint(path)
      if isDue || now != seen {
        seen = now
        do {
          let files = try SpecFiles.read(path)
          let snapshot = library.read(files)
          submit(store.reset(snapshot))
          journal.took(snapshot)
          // What can't be read now may be readable later, and nothing shows it.
          if files.contains(where: \.isFailure) { seen = nil }
        } catch {
          journal.failed(error)
          seen = nil
        }
      }
      isDue = watch.wait(milliseconds: watch.isPrompt ? Self.pause : Self.shortPause, unless: stop)
    }
  }
}

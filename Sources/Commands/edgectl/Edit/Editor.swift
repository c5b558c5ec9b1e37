import Glibc

/// The user's editor.
struct Editor {
  /// The command, run by a shell.
  let command: String

  /// `$KUBE_EDITOR`, `$EDITOR` or vi.
  static var chosen: Editor { Editor(command: environment("KUBE_EDITOR") ?? environment("EDITOR") ?? "vi") }

  /// Lets the user edit a file and returns when the editor has ended.
  ///
  /// - Throws: ``CommandError`` when the editor can't be run or fails.
  func edit(_ path: String) throws {
    // Ctrl-C belongs to the editor.
    let (interrupt, quit) = (signal(SIGINT, SIG_IGN), signal(SIGQUIT, SIG_IGN))
    defer {
      signal(SIGINT, interrupt)
      signal(SIGQUIT, quit)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for number in [SIGINT, SIGQUIT, SIGPIPE] { sigaddset(&defaults, number) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))

    let words = ["/bin/sh", "-c", "\(command) \"$1\"", "sh", path]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    let failure = posix_spawn(&process, "/bin/sh", nil, &attributes, &arguments, environ)
    guard failure == 0 else { throw CommandError("cannot run the editor \"\(command)\": \(String(cString: strerror(failure)))") }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw CommandError("the editor \"\(command)\" was lost: \(String(cString: strerror(errno)))") }
    }
    guard status == 0 else {
      throw CommandError("there was a problem with the editor \"\(command)\"; set $KUBE_EDITOR or $EDITOR to another one")
    }
  }
}

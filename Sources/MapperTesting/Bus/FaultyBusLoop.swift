internal import Glibc
internal import MapperSDK

/// What a faulty bus does on its thread.
struct FaultyBusLoop {
  private var sockets: FaultyBusSockets
  private let device: Int
  private let shared: FaultyBusState
  private var links: [FaultyBusLink] = []
  private var fault = BusFault.pass

  init(_ sockets: FaultyBusSockets, device: Int, _ shared: FaultyBusState) {
    self.sockets = sockets
    self.device = device
    self.shared = shared
  }

  /// Runs until stopped; blocks its thread.
  mutating func run() {
    while !shared.isStopped {
      takeFault()
      wait()
    }
    for link in links { link.close(isReset: false) }
    sockets.close()
    shared.count { $0.open = 0 }
  }

  private mutating func takeFault() {
    let (fault, version) = shared.take()
    if fault != self.fault {
      self.fault = fault
      if fault == .refuse {
        sockets.unlisten()
        for link in links { link.close(isReset: true) }
        links = []
        shared.count { $0.open = 0 }
      } else {
        try? sockets.listen()
      }
    }
    shared.reach(version)
  }

  private mutating func wait() {
    let now = SystemClock.uptime()
    var list = [pollfd(fd: shared.wake, events: Int16(truncatingIfNeeded: POLLIN), revents: 0)]
    list.append(pollfd(fd: sockets.listener, events: Int16(truncatingIfNeeded: POLLIN), revents: 0))
    for link in links {
      list.append(pollfd(fd: link.client, events: link.clientEvents(now: now), revents: 0))
      list.append(pollfd(fd: link.openDevice, events: link.deviceEvents, revents: 0))
    }
    let due = links.compactMap(\.nextDue).filter { $0 > now }.min()
    guard poll(&list, nfds_t(list.count), due.map { Int32(clamping: $0 - now) } ?? -1) >= 0 else { return }
    if list[0].revents != 0 {
      shared.drain()
      // A fault that was set before these bytes came holds for them.
      takeFault()
      if fault == .refuse { return }
    }
    serve(list)
    if list[1].revents != 0 { acceptAll() }
  }

  private mutating func serve(_ list: [pollfd]) {
    let now = SystemClock.uptime()
    for index in links.indices {
      if list[2 + 2 * index].revents & ~Int16(truncatingIfNeeded: POLLOUT) != 0 { links[index].readClient() }
      if list[3 + 2 * index].revents & ~Int16(truncatingIfNeeded: POLLOUT) != 0, links[index].readDevice(fault, now: now) {
        shared.count { $0.exchanges += 1 }
      }
      links[index].send(now: now)
    }
    for link in links where link.isOver { link.close(isReset: false) }
    links.removeAll(where: \.isOver)
    let open = links.count
    shared.count { $0.open = open }
  }

  private mutating func acceptAll() {
    while let client = sockets.accept() {
      guard let device = FaultyBusSockets.connect(to: device) else {
        FaultyBusSockets.reset(client)
        continue
      }
      links.append(FaultyBusLink(client: client, device: device))
      let open = links.count
      shared.count {
        $0.connections += 1
        $0.open = open
      }
    }
  }
}

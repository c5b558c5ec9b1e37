import Dispatch
import Foundation
import Synchronization

/// Makes something of each element on all processors, in the order of the elements: for the start, when nothing else runs.
func inParallel<Element: Sendable, Result: Sendable>(
  _ elements: [Element], _ make: @escaping @Sendable (Element) -> Result
) -> [Result] {
  // A few more parts than processors, as some take longer.
  let parts = min(4 * ProcessInfo.processInfo.activeProcessorCount, (elements.count + 63) / 64)
  guard parts > 1 else { return elements.map(make) }
  let results = Mutex<[[Result]]>(Array(repeating: [], count: parts))
  DispatchQueue.concurrentPerform(iterations: parts) { part in
    let made = elements[elements.count * part / parts..<elements.count * (part + 1) / parts].map(make)
    results.withLock { $0[part] = made }
  }
  return results.withLock { $0.flatMap { $0 } }
}

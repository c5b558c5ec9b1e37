import MapperSDK

/// Runs a body on a thread of its own, as a mapper does with what blocks.
func onBusThread<Output: Sendable>(_ body: @escaping @Sendable () throws -> Output) async throws -> Output {
  let executor = try BusExecutor()
  return try await Task(executorPreference: executor) { try body() }.value
}

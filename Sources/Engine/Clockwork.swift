import Chronology

/// The wall clock and the means to wait for it, handed to everything that lives in time.
public struct Clockwork: Sendable {
    public let now: @Sendable () -> Instant
    /// Returns after the duration, or earlier by throwing when the task is cancelled.
    public let sleep: @Sendable (Duration) async throws -> Void

    public init(now: @escaping @Sendable () -> Instant, sleep: @escaping @Sendable (Duration) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }
}

import Dispatch

/// Once released it lets everybody through.
final class Latch: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func wait() {
        semaphore.wait()
        semaphore.signal()
    }

    func release() { semaphore.signal() }
}

import Synchronization

/// Wakes one sleeper, now or at a time. A wake that comes while nobody sleeps is kept; two are as one.
final class WakeUp: Sendable {
    private struct State {
        var isDue = false
        var sleeper: CheckedContinuation<Void, Never>?
        var isOver = false
    }

    private let state = Mutex(State())

    func wake() {
        let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let sleeper = state.sleeper else {
                state.isDue = true
                return nil
            }
            state.sleeper = nil
            return sleeper
        }
        sleeper?.resume()
    }

    /// Wakes the sleeper for good: later waits return at once.
    func end() {
        state.withLock { $0.isOver = true }
        wake()
    }

    private func wait() async {
        await withCheckedContinuation { continuation in
            let isDue = state.withLock { state in
                if state.isDue || state.isOver {
                    state.isDue = false
                    return true
                }
                state.sleeper = continuation
                return false
            }
            if isDue { continuation.resume() }
        }
    }

    /// Waits for a wake, or for the duration to pass.
    func wait(atMost duration: Duration, with clock: Clockwork) async {
        let timer = Task {
            // Cancelled: the wake came first.
            try await clock.sleep(duration)
            self.wake()
        }
        await wait()
        timer.cancel()
    }
}

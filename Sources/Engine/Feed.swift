import Synchronization

/// Tells whoever listens that the event log has grown. It carries the sequence number alone: listeners read the log from
/// where they were, so a slow one misses nothing and holds nothing up.
public final class Feed: Sendable {
    private struct State {
        var last: Int64 = 0
        var listeners: [Int: AsyncStream<Int64>.Continuation] = [:]
        var nextID = 0
        var isOver = false
    }

    private let state = Mutex(State())

    public init() {}

    /// The last sequence number that this node knows to be committed.
    public var last: Int64 { state.withLock { $0.last } }

    func advance(to sequence: Int64) {
        let listeners = state.withLock { state -> [AsyncStream<Int64>.Continuation] in
            guard sequence > state.last else { return [] }
            state.last = sequence
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.yield(sequence) }
    }

    /// Newest number only: a listener that was busy is told once, of the last.
    public func listen() -> AsyncStream<Int64> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int64.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state -> Int? in
            if state.isOver { return nil }
            state.nextID += 1
            state.listeners[state.nextID] = continuation
            return state.nextID
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.listeners.removeValue(forKey: id) }
        }
        return stream
    }

    /// Ends every listener, now and later.
    public func end() {
        let listeners = state.withLock { state in
            state.isOver = true
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }
}

import NIOCore
import NIOPosix
import Synchronization

/// What may be used again and is used by nobody now: connections, sessions. Bounded in number and in time. What leaves the
/// pool in another way than by `take` is ended, the last of it when the pool goes.
final class IdlePool<Item: Sendable>: Sendable {
    private struct Idle: Sendable {
        let item: Item
        let since: NIODeadline
    }

    private struct State {
        /// What was idle longest comes first.
        var idle: [Idle] = []
        var isSweepDue = false
    }

    private let state = Mutex(State())
    private let most: Int
    private let limit: TimeAmount
    private let end: @Sendable (Item) -> Void

    /// - Parameters:
    ///   - most: further ones take the place of what was idle longest.
    ///   - limit: how long anything is kept.
    ///   - end: called once for each that is not taken. Must not wait.
    init(most: Int, limit: Duration, end: @escaping @Sendable (Item) -> Void) {
        self.most = most
        self.limit = limit.timeAmount
        self.end = end
    }

    deinit {
        for idle in state.withLock({ $0.idle }) { end(idle.item) }
    }

    /// The one that was used last, which its far end is the least likely to have left meanwhile. nil: there is none.
    func take(where fits: (Item) -> Bool) -> Item? {
        let now = NIODeadline.now()
        return state.withLock { state in
            guard let index = state.idle.lastIndex(where: { now - $0.since < limit && fits($0.item) }) else {
                return nil
            }
            return state.idle.remove(at: index).item
        }
    }

    func keep(_ item: Item) {
        let now = NIODeadline.now()
        let (surplus, needsSweep) = state.withLock { state -> (Item?, Bool) in
            state.idle.append(Idle(item: item, since: now))
            let surplus = state.idle.count > most ? state.idle.removeFirst().item : nil
            defer { state.isSweepDue = true }
            return (surplus, !state.isSweepDue)
        }
        if let surplus { end(surplus) }
        if needsSweep { sweep(in: limit) }
    }

    private func sweep(in delay: TimeAmount) {
        MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: delay) { [weak self] in self?.sweep() }
    }

    private func sweep() {
        let now = NIODeadline.now()
        let (old, next) = state.withLock { state -> ([Idle], TimeAmount?) in
            let count = state.idle.firstIndex { now - $0.since < limit } ?? state.idle.count
            let old = Array(state.idle.prefix(count))
            state.idle.removeFirst(count)
            state.isSweepDue = !state.idle.isEmpty
            return (old, state.idle.first.map { $0.since + limit - now })
        }
        for idle in old { end(idle.item) }
        if let next { sweep(in: next) }
    }
}

import Synchronization

/// Inputs that wait for the next transaction, each with whoever waits for its outcome. Bounded: what does not fit is
/// refused at once, so that nothing is accepted and then lost (R16). Commands go before signals: an acknowledgement never
/// waits behind a storm.
final class InputQueue: Sendable {
    /// Signals waiting beyond this are more than a second of work; the sender is told to come back.
    static let maximumSignals = 20_000
    /// Commands, deadlines and reports waiting beyond this mean that the store stands still.
    static let maximumCommands = 10_000
    /// Signals in one transaction: enough to share its fsync widely, few enough to keep the others' wait short.
    static let signalsPerBatch = 1_024
    static let commandsPerBatch = 256

    typealias Reply = CheckedContinuation<Outcome, any Error>

    struct Entry: Sendable {
        let input: Input
        let reply: Reply
    }

    private struct State {
        var commands: [Entry] = []
        var signals: [Entry] = []
        var signalCount = 0
        var waiter: CheckedContinuation<[Entry]?, Never>?
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Whether more signals are waiting than may.
    var isFull: Bool { state.withLock { $0.signalCount >= Self.maximumSignals } }

    var depth: Int { state.withLock { $0.commands.count + $0.signalCount } }

    /// Adds an input; replies with `EngineFault.busy` or `.stopping` at once when it cannot be taken.
    func add(_ entry: Entry) {
        let fault: EngineFault? = state.withLock { state in
            if state.isClosed { return .stopping }
            if case .signals(let batch) = entry.input {
                if state.signalCount >= Self.maximumSignals { return .busy }
                state.signals.append(entry)
                state.signalCount += max(1, batch.signals.count)
            } else {
                if state.commands.count >= Self.maximumCommands { return .busy }
                state.commands.append(entry)
            }
            return nil
        }
        if let fault {
            entry.reply.resume(throwing: fault)
            return
        }
        handOver()
    }

    /// The next batch; waits for one. nil once the queue is closed and empty. For one consumer.
    func next() async -> [Entry]? {
        await withCheckedContinuation { continuation in
            let ready: [Entry]?? = state.withLock { state in
                if let batch = Self.take(from: &state) { return .some(batch) }
                if state.isClosed { return .some(nil) }
                state.waiter = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// Takes nothing more; what is waiting is still handed out.
    func close() {
        state.withLock { $0.isClosed = true }
        handOver()
    }

    private func handOver() {
        let ready: (CheckedContinuation<[Entry]?, Never>, [Entry]?)? = state.withLock { state in
            guard let waiter = state.waiter else { return nil }
            if let batch = Self.take(from: &state) {
                state.waiter = nil
                return (waiter, batch)
            }
            guard state.isClosed else { return nil }
            state.waiter = nil
            return (waiter, nil)
        }
        if let (waiter, batch) = ready { waiter.resume(returning: batch) }
    }

    private static func take(from state: inout State) -> [Entry]? {
        if state.commands.isEmpty, state.signals.isEmpty { return nil }
        var batch: [Entry]
        if state.commands.count <= commandsPerBatch {
            batch = state.commands
            state.commands = []
        } else {
            batch = Array(state.commands.prefix(commandsPerBatch))
            state.commands.removeFirst(commandsPerBatch)
        }
        var count = 0
        var taken = 0
        for entry in state.signals {
            guard case .signals(let signals) = entry.input else { continue }
            if taken > 0, count + signals.signals.count > signalsPerBatch { break }
            count += max(1, signals.signals.count)
            taken += 1
        }
        batch += state.signals.prefix(taken)
        if taken == state.signals.count { state.signals = [] } else { state.signals.removeFirst(taken) }
        state.signalCount -= count
        return batch
    }
}

/// Why the engine did not take or finish an input. Nothing of it is known to be done.
public enum EngineFault: Error, Hashable, Sendable {
    /// Too much is waiting: come back in a moment.
    case busy
    /// The process is going down.
    case stopping
    /// The disk is full. Nothing of it was written.
    case full
    /// The store does not take writes now; the sentence says why. The input may or may not have been written.
    case unavailable(String)
}

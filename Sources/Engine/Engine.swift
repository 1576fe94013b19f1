import Chronology
import Logging
import Notation
import Storage
import Synchronization

/// The service around the pure core: takes inputs, decides them in batches, one transaction a batch, and wakes what follows.
///
/// `submit` returns only after its batch is durable. Deadlines are read from the store and slept for; nothing depends on a
/// tick, though a slow one is there as a safety net.
public final class Engine: Sendable {
    /// How long the engine sleeps when nothing is due, and the longest that a lost wake-up can cost.
    static let safetyNet = Duration.seconds(15)

    /// How long a reader may not know of a change that another process made.
    static let configurationCheck = Duration.milliseconds(500)

    public let store: any Store
    public let clock: Clockwork
    public let mint: Mint
    /// What secrets are sealed under before they are written.
    public let keys: SealingKeys
    public let feed = Feed()
    /// Grows whenever another node says that a session or a token has ended: what was remembered of them is stale.
    public let sessionsChanged = Feed()
    let decider: Decider
    let logger: Logger
    let deliveriesQueued = WakeUp()
    private let queue = InputQueue()
    private let deadlinesChanged = WakeUp()
    /// When the watcher of deadlines wakes by itself; nil while it is awake.
    private let wakesAt = Mutex<Instant?>(nil)
    private let known = Mutex<Organisation?>(nil)
    /// When this node's dispatcher last looked for something to send.
    private let dispatched = Mutex<Instant?>(nil)
    private let health = Mutex(Health())
    private let counters = Mutex(Counters())

    struct Health {
        var lastFault: String?
    }

    /// Totals since the start, for `/metrics`.
    public struct Counters: Hashable, Sendable {
        public var batches = 0
        public var inputs = 0
        public var signals = 0
        public var refusals = 0
        public var storeFaults = 0
        public var deliveries: [String: Int] = [:]
    }

    public init(
        store: any Store, clock: Clockwork, mint: Mint = .system, zones: any ZoneSource = UTCOnly(), keys: SealingKeys,
        publicURL: String = "", logger: Logger
    ) {
        self.store = store
        self.clock = clock
        self.mint = mint
        self.logger = logger
        self.keys = keys
        self.decider = Decider(mint: mint, zones: zones, keys: keys, publicURL: publicURL)
    }

    // MARK: Asking

    /// Decides one input. Returns once the outcome is durable.
    ///
    /// Throws `Refusal` when the domain says no (nothing has changed), `EngineFault` when the engine could not take or
    /// finish it. The caller's cancellation does not undo what was submitted.
    public func submit(_ input: Input) async throws -> Outcome {
        try await withCheckedThrowingContinuation { reply in
            queue.add(InputQueue.Entry(input: input, reply: reply))
        }
    }

    /// The playbooks that this process has read.
    public var shelf: PlaybookShelf { decider.shelf }

    /// Where people find the server; empty: it has not been told.
    public var publicURL: String { decider.publicURL }

    /// Whether intake should be told to come back later.
    public var isBusy: Bool { queue.isFull }

    public var queueDepth: Int { queue.depth }

    public var totals: Counters { counters.withLock { $0 } }

    /// What is wrong with the store at the moment; nil when the last transaction went well.
    public var fault: String? { health.withLock { $0.lastFault } }

    /// The configuration as this node last saw it, read when it has not been yet.
    public func organisation() async throws -> Organisation {
        if let organisation = known.withLock({ $0 }) { return organisation }
        let shelf = decider.shelf
        let organisation = try await store.read { [keys] in
            try Organisation.load(on: $0, keys, shelf: shelf)
        }
        return known.withLock { held in
            if let held, held.version >= organisation.version { return held }
            held = organisation
            return organisation
        }
    }

    /// The configuration as it is committed now, by whichever process. One small read when this node knows it already.
    public func currentOrganisation() async throws -> Organisation {
        let version = try await store.read { try Organisation.version(on: $0) }
        known.withLock { if let held = $0, held.version < version { $0 = nil } }
        return try await organisation()
    }

    /// When this node last looked for messages that are owed; nil: it has not yet. Long ago means that pages are not sent.
    public var lastDispatch: Instant? { dispatched.withLock { $0 } }

    func noteDispatch() {
        let now = clock.now()
        dispatched.withLock { $0 = now }
    }

    func count(delivery result: String) {
        counters.withLock { $0.deliveries[result, default: 0] += 1 }
    }

    // MARK: Running

    /// Runs until the task is cancelled; then finishes what was submitted and returns.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.decideBatches() }
            group.addTask { await self.watchDeadlines() }
            group.addTask { await self.listen() }
            group.addTask { await self.watchConfiguration() }
            await withTaskCancellationHandler {
                await group.waitForAll()
            } onCancel: {
                queue.close()
                deadlinesChanged.end()
            }
        }
    }

    private func decideBatches() async {
        while let batch = await queue.next() {
            do {
                let result = try await decide(batch.map(\.input))
                for (entry, outcome) in zip(batch, result.outcomes) {
                    entry.reply.resume(with: outcome.mapError { $0 })
                }
            } catch {
                // The batch is one transaction, so one faulty input would fail the others with it: each is tried alone.
                await decideSingly(batch, after: error)
            }
        }
    }

    private func decideSingly(_ batch: [InputQueue.Entry], after fault: any Error) async {
        guard batch.count > 1, (fault as? StorageFault)?.isAboutTheStore != true else {
            for entry in batch { entry.reply.resume(throwing: report(fault)) }
            return
        }
        for entry in batch {
            do {
                let result = try await decide([entry.input])
                guard let outcome = result.outcomes.first else { preconditionFailure("One input has one outcome.") }
                entry.reply.resume(with: outcome.mapError { $0 })
            } catch {
                entry.reply.resume(throwing: report(error))
            }
        }
    }

    private func decide(_ inputs: [Input]) async throws -> Decider.Result {
        let decider = decider
        let organisation = known.withLock { $0 }
        let result = try await store.write(.engine) { connection in
            try decider.decide(inputs, known: organisation, on: connection)
        }
        health.withLock { $0.lastFault = nil }
        known.withLock { $0 = result.organisation }
        counters.withLock { counters in
            counters.batches += 1
            counters.inputs += inputs.count
            for case .signals(let batch) in inputs { counters.signals += batch.signals.count }
            for case .failure in result.outcomes { counters.refusals += 1 }
        }
        if let sequence = result.lastSequence {
            feed.advance(to: sequence)
            await store.announce(.engineCommitted(sequence))
        }
        if result.queuedDeliveries {
            deliveriesQueued.wake()
            await store.announce(.deliveriesQueued)
        }
        // The watcher sleeps until the earliest deadline it knows; only an earlier one is worth waking it.
        if let due = result.earliestDeadline, wakesAt.withLock({ $0.map { due < $0 } ?? true }) {
            deadlinesChanged.wake()
            await store.announce(.timersChanged)
        }
        if result.organisationChanged { await store.announce(.organisationChanged) }
        return result
    }

    private func report(_ error: any Error) -> any Error {
        let sentence = (error as? StorageFault)?.sentence ?? "an unexpected fault"
        logger.error("a transaction failed", metadata: ["fault": "\(error)"])
        counters.withLock { $0.storeFaults += 1 }
        health.withLock { $0.lastFault = sentence }
        return (error as? StorageFault)?.kind == .full ? EngineFault.full : EngineFault.unavailable(sentence)
    }

    // MARK: Deadlines

    private func watchDeadlines() async {
        while !Task.isCancelled {
            do {
                // Whatever is set from here on wakes the watcher, until it knows when to wake by itself.
                wakesAt.withLock { $0 = nil }
                let next = try await store.read { connection in
                    (due: try Decider.nextDeadline(on: connection), now: connection.now)
                }
                if let due = next.due, due <= next.now {
                    try await store.write(.engine) { connection in try Decider.countAttempts(on: connection) }
                    _ = try await submit(.deadlinesPassed)
                } else {
                    let pause = next.due.map { min($0 - next.now, Self.safetyNet) } ?? Self.safetyNet
                    wakesAt.withLock { $0 = next.now + pause }
                    await deadlinesChanged.wait(atMost: pause, with: clock)
                }
            } catch {
                if case EngineFault.stopping = error { return }
                logger.warning("the deadlines could not be looked at", metadata: ["fault": "\(error)"])
                await deadlinesChanged.wait(atMost: .seconds(1), with: clock)
            }
        }
    }

    /// Another process may change the configuration of the same store, as `tocsin user add` does. A block of the engine
    /// notices by itself; what only reads would not.
    private func watchConfiguration() async {
        while !Task.isCancelled {
            do {
                try await clock.sleep(Self.configurationCheck)
                _ = try await currentOrganisation()
                // After a fault nobody may have anything to write for a long time: an empty block tells whether it is over.
                if fault != nil { _ = try await submit(.deadlinesPassed) }
            } catch is CancellationError {
                return
            } catch {
                // The store is at fault; whoever needs it next will say so. What is held stays good meanwhile.
                continue
            }
        }
    }

    /// What other nodes commit.
    private func listen() async {
        for await wake in store.wakes {
            switch wake {
            case .engineCommitted(let sequence): feed.advance(to: sequence)
            case .deliveriesQueued: deliveriesQueued.wake()
            case .timersChanged: deadlinesChanged.wake()
            case .organisationChanged:
                // Read again where it is next needed; a block of the engine compares versions by itself.
                known.withLock { $0 = nil }
            case .sessionsChanged: sessionsChanged.advance(to: sessionsChanged.last + 1)
            }
        }
    }
}

extension StorageFault {
    /// Whether every other input would have met it too.
    var isAboutTheStore: Bool {
        switch kind {
        case .unknownCommit, .transient, .full, .corrupt, .newer: true
        case .constraint, .conflict, .permanent: false
        }
    }
}

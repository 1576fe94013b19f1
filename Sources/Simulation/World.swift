import Alerting
import Chronology
import Engine
import Incidents
import Notation
import Paging
import Storage
import Synchronization

/// A seeded world around the real deciding, outbox and store: sources that fire, repeat and resolve, out of order and twice;
/// people who answer or do not; far ends that fail; two nodes that crash; a clock that jumps. After every step the checkers
/// look at everything. The same seed gives the same transcript, byte for byte.
public final class World {
    public struct Settings: Sendable {
        public var seed: UInt64
        public var steps = 300

        public init(seed: UInt64) {
            self.seed = seed
        }
    }

    /// What was found wrong, with all that is needed to see it again.
    public struct Violation: Error, CustomStringConvertible {
        public let seed: UInt64
        public let step: Int
        public let what: String

        public var description: String { "seed \(seed), step \(step): \(what)" }
    }

    public struct Report: Sendable {
        public let seed: UInt64
        public let steps: Int
        public let transcript: [String]
        /// What happened at least once, by name: to see that a run met what it is meant to meet.
        public let occurrences: [String: Int]
    }

    static let integration = IntegrationID("itg_sim")
    static let keys = (0..<6).map { "key-\($0)" }

    let settings: Settings
    let store: FaultyStore
    let decider: Decider
    let clock: VirtualClock
    var random: SeededRandom
    var nodes = [Node(name: "node-a"), Node(name: "node-b")]
    var step = 0
    var transcript: [String] = []
    var occurrences: [String: Int] = [:]
    /// Signals that are on their way: they may come late, twice, or out of order.
    var delayed: [Signal] = []
    /// Reports that are on their way.
    var delayedReports: [AttemptReport] = []
    /// The dedup keys of firing signals that were answered as taken, and how often.
    var answered: [String: Int] = [:]
    /// Messages that reached the far end: key and when they were sent.
    var sent: [(key: String, page: PageID, at: Instant)] = []
    /// When each page's acknowledgement was committed.
    var acknowledgedAt: [PageID: Instant] = [:]
    var sourceState: [String: Instant] = [:]

    public init(_ settings: Settings) throws {
        self.settings = settings
        random = SeededRandom(seed: settings.seed)
        clock = VirtualClock(Instant(seconds: 1_800_000_000))
        let clock = clock
        store = FaultyStore(try SQLiteStore.inMemory(clock: { clock.now }))
        let ids = Mutex(SeededRandom(seed: settings.seed ^ 0xa5a5_a5a5))
        decider = Decider(mint: Mint { ids.withLock { $0.next() } }, keys: .fresh())
    }

    /// Runs a whole history and its ending. Throws `Violation` at the first thing that is wrong.
    public func run() async throws -> Report {
        try await store.migrate()
        try await found()
        while step < settings.steps {
            step += 1
            try await act()
            try await check()
            // The store in memory never suspends: without this a history would keep its thread to itself.
            await Task.yield()
        }
        try await settle()
        await store.close()
        return Report(seed: settings.seed, steps: step, transcript: transcript, occurrences: occurrences)
    }

    /// What has happened until now; for a history that ended in a violation.
    public var transcriptSoFar: [String] { transcript }

    func note(_ what: String, _ line: String) {
        occurrences[what, default: 0] += 1
        transcript.append("\(step) \(clock.now.rfc3339(fraction: .micros)) \(line)")
    }

    func violation(_ what: String) -> Violation { Violation(seed: settings.seed, step: step, what: what) }

    // MARK: The organisation

    private func found() async throws {
        func contact(_ id: String, _ user: String) -> JSON {
            [
                "id": .string(id), "channel": "webhook", "destination": .string("https://\(user).example/hook"),
                "secret": "whsec_c2ltdWxhdGVkIHNlY3JldCBvZiAzMiBieXRlcyEhIQ==",
            ]
        }
        func user(_ name: String, _ role: String, contacts: [JSON]) -> JSON {
            [
                "name": .string(name), "email": .string("\(name)@example.com"), "role": .string(role),
                "contacts": .array(contacts),
            ]
        }
        try await put(
            .user, "usr_ana", user("ana", "admin", contacts: [contact("ctm_ana", "ana"), contact("ctm_ana2", "ana2")]))
        try await put(.user, "usr_ben", user("ben", "responder", contacts: [contact("ctm_ben", "ben")]))
        try await put(.user, "usr_cleo", user("cleo", "responder", contacts: []))
        try await put(
            .plan, "esc_main",
            [
                "name": "Main", "laps": 2,
                "rungs": [
                    ["patienceSeconds": 60, "targets": ["user:usr_ben"]],
                    ["patienceSeconds": 60, "targets": ["user:usr_cleo"]],
                    ["patienceSeconds": 120, "targets": ["user:usr_ana", "user:usr_ben"]],
                ],
            ])
        try await put(.service, "svc_shop", ["name": "shop", "plan": "esc_main"])
        try await put(.integration, "itg_sim", ["name": "sim", "dialect": "generic", "keyHashes": []])
        try await put(
            .route, "rte_critical",
            [
                "name": "critical", "position": 1, "matchers": [["name": "severity", "op": "=", "value": "critical"]],
                "declaresFrom": "SEV1", "plan": "esc_main",
            ])
        try await put(.settings, "settings", ["fallbackPlan": "esc_main"])
    }

    private func put(_ kind: DocumentKind, _ id: String, _ body: JSON) async throws {
        let change = DocumentChange(kind: kind, id: id, action: .put(body), origin: .local)
        let outcomes = try await nodes[0].decide([.command(.change(change), by: .tocsin)], by: decider, in: store)
        if case .failure(let refusal)? = outcomes.first {
            throw violation("the organisation is refused: \(refusal.reason)")
        }
    }
}

/// The time of the simulated world; it moves only when it is told to.
final class VirtualClock: Sendable {
    private let instant: Mutex<Instant>

    init(_ start: Instant) {
        instant = Mutex(start)
    }

    var now: Instant { instant.withLock { $0 } }

    func advance(by duration: Duration) { instant.withLock { $0 += duration } }
}

import Alerting
import Chronology
import Engine
import Incidents
import Notation
import Paging
import Playbooks
import Storage
import Synchronization
import Testing

/// A decider on a store in memory, with a clock that the test moves and an organisation to page.
final class Desk: Sendable {
    let store: SQLiteStore
    let decider: Decider
    let keys = SealingKeys.fresh()
    private let clock: ClockBox

    static let integration = IntegrationID("itg_1")
    static let ana = Actor.user(UserID("usr_ana"))
    static let ben = Actor.user(UserID("usr_ben"))

    init(
        at start: Instant = Instant(seconds: 1_800_000_000), zones: any ZoneSource = UTCOnly(), publicURL: String = ""
    ) async throws {
        let random = Mutex<UInt64>(0)
        decider = Decider(
            mint: Mint {
                random.withLock {
                    $0 &+= 0x9e37_79b9_7f4a_7c15
                    return $0
                }
            }, zones: zones, keys: keys, publicURL: publicURL)
        let clock = ClockBox(start)
        self.clock = clock
        store = try SQLiteStore.inMemory(clock: { clock.now })
        try await store.migrate()
        for (kind, id, body) in Self.documents { _ = try await put(kind, id, body) }
    }

    var now: Instant { clock.now }

    func wait(_ duration: Duration) { clock.advance(by: duration) }

    private static let documents: [(DocumentKind, String, JSON)] = [
        (.user, "usr_ana", user("Ana", "admin", email: "ana@example.com")),
        (.user, "usr_ben", user("Ben", "responder", email: "ben@example.com")),
        (
            .plan, "esc_shop",
            [
                "name": "Shop",
                "rungs": [
                    ["patienceSeconds": 300, "targets": ["user:usr_ben"]],
                    ["patienceSeconds": 300, "targets": ["user:usr_ana"]],
                ],
            ]
        ),
        (.service, "svc_shop", ["name": "shop", "plan": "esc_shop", "bundles": false]),
        (.integration, "itg_1", ["name": "prometheus", "dialect": "alertmanager", "keyHashes": []]),
        (
            .route, "rte_1",
            [
                "name": "critical", "position": 1, "matchers": [["name": "severity", "op": "=", "value": "critical"]],
                "declaresFrom": "SEV1",
            ]
        ),
    ]

    private static func user(_ name: String, _ role: String, email: String) -> JSON {
        [
            "name": .string(name), "email": .string(email), "role": .string(role),
            "contacts": [
                ["id": .string("ctm_" + name.lowercased()), "channel": "email", "destination": .string(email)]
            ],
        ]
    }

    // MARK: Doing

    func decide(_ inputs: Input...) async throws -> [Result<Outcome, Refusal>] { try await decide(inputs) }

    func decide(_ inputs: [Input]) async throws -> [Result<Outcome, Refusal>] {
        let decider = decider
        return try await store.write(.engine) { try decider.decide(inputs, known: nil, on: $0) }.outcomes
    }

    @discardableResult
    func command(_ command: Command, by actor: Actor = Desk.ana) async throws -> Outcome {
        try #require(try await decide(.command(command, by: actor)).first).get()
    }

    @discardableResult
    func put(_ kind: DocumentKind, _ id: String?, _ body: JSON, seen: Int64? = nil) async throws -> Outcome {
        try await command(
            .change(DocumentChange(kind: kind, id: id, action: .put(body), seenVersion: seen, origin: .local)))
    }

    func delete(_ kind: DocumentKind, _ id: String) async throws {
        try await command(.change(DocumentChange(kind: kind, id: id, action: .delete, origin: .local)))
    }

    func receive(_ signals: Signal...) async throws -> Receipt {
        let batch = SignalBatch(integration: Desk.integration, signals: signals, request: nil)
        guard case .received(let receipt) = try #require(try await decide(.signals(batch)).first).get() else {
            throw InputFault(at: "", "signals lead to a receipt")
        }
        return receipt
    }

    func signal(
        _ key: String, _ status: Signal.Status = .firing, severity: String = "warning", service: String? = "shop",
        startsAt: Instant? = nil, expiresAt: Instant? = nil
    ) -> Signal {
        var labels = [Label("severity", severity)]
        if let service { labels.append(Label("service", service)) }
        return Signal(
            dedupKey: key, status: status, title: "Trouble with \(key)", severity: severity, labels: labels.sorted(),
            startsAt: startsAt, expiresAt: expiresAt)
    }

    func claim(_ limit: Int = 32, by node: String = "a") async throws -> [Outbox.Claim] {
        try await store.write(.shared) { try Outbox.claim(limit: limit, by: node, on: $0) }
    }

    func report(_ claim: Outbox.Claim, _ result: AttemptReport.Result) async throws {
        _ = try await decide(.attempted(AttemptReport(delivery: claim.id, epoch: claim.epoch, result: result)))
    }

    /// Lets the clock stand at every deadline up to that instant, one after the other, and has it worked on.
    func run(until end: Instant) async throws {
        while let due = try await store.read({ try Decider.nextDeadline(on: $0) }), due <= end {
            if due > now { clock.advance(by: due - now) }
            _ = try await decide(.deadlinesPassed)
        }
        if end > now { clock.advance(by: end - now) }
    }

    func organisation() async throws -> Organisation {
        let (keys, shelf) = (keys, decider.shelf)
        return try await store.read { try Organisation.load(on: $0, keys, shelf: shelf) }
    }

    func incident(key: String) async throws -> Incident {
        try #require(try await store.read { try IncidentQueries.incident(key: key, on: $0) })
    }

    func agenda(of incident: Incident) async throws -> Agenda {
        let (shelf, keys, now) = (decider.shelf, keys, now)
        return try #require(
            try await store.read { connection in
                let organisation = try Organisation.load(on: connection, keys, shelf: shelf)
                return try organisation.edition(of: incident, shelf: shelf, on: connection)?
                    .agenda(of: incident, in: organisation, at: now)
            })
    }

    // MARK: Looking

    func alert(_ id: AlertID?) async throws -> AlertRecord {
        let id = try #require(id)
        return try #require(try await store.read { try AlertQueries.alert(id, on: $0) })
    }

    func page(_ id: PageID?) async throws -> Page {
        let id = try #require(id)
        return try #require(try await store.read { try PageQueries.page(id, on: $0) })
    }

    func incident(_ id: IncidentID?) async throws -> Incident {
        let id = try #require(id)
        return try #require(try await store.read { try IncidentQueries.incident(id, on: $0) })
    }

    func deliveries(of page: PageID) async throws -> [String] {
        try await store.read { try PageQueries.deliveries(of: page, on: $0).map { "\($0.user) \($0.state)" } }
    }
}

/// The zones of the machine that the tests run on.
struct InstalledZones: ZoneSource {
    private static let directory = ZoneDirectory()

    func zone(named name: String) -> Zone? {
        // A zone that is missing shows itself in the test that asks for it.
        try? Self.directory.zone(name)
    }
}

final class ClockBox: Sendable {
    private let instant: Mutex<Instant>
    init(_ start: Instant) { instant = Mutex(start) }
    var now: Instant { instant.withLock { $0 } }
    func advance(by duration: Duration) { instant.withLock { $0 += duration } }
}

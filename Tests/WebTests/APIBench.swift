import Alerting
import Chronology
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Logging
import Notation
import Storage
import Synchronization
import Testing
import Web

/// A whole web service around a running engine with a store in memory: one person and one token for every role, an
/// escalation plan, a service, a route that declares for critical alerts, and an integration.
final class APIBench: Sendable {
    let clock = BenchClock()
    let store: GatedStore
    let engine: Engine
    let keys = SealingKeys.fresh()
    let identity: WebIdentity
    let service: WebService
    private let running: Task<Void, Never>

    /// - Parameter hours: how many waits of an hour are over at once.
    init(limits: HTTPLimits? = nil, hours: Int = 0) async throws {
        let clock = clock
        let hours = Countdown(hours)
        store = GatedStore(try SQLiteStore.inMemory(clock: { clock.now }))
        try await store.migrate()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        // Nothing here waits for time: a sleep ends with the test.
        let clockwork = Clockwork(
            now: { clock.now },
            sleep: { duration in
                if duration == .hours(1), hours.takeOne() { return }
                try await Task.sleep(for: .seconds(600))
            })
        engine = Engine(store: store, clock: clockwork, keys: keys, logger: logger)
        identity = WebIdentity(
            engine: engine,
            hasher: PasswordHasher(
                threads: 1, random: systemRandom,
                derivation: { password, salt, _ in
                    Array((password + salt + Array(repeating: 0, count: 32)).prefix(32))
                }))
        var generous = HTTPLimits()
        generous.rate = 10_000
        generous.burst = 10_000
        service = WebService(
            engine: engine, identity: identity,
            settings: WebSettings(port: 0, limits: limits ?? generous, version: "9.9.9"),
            channels: IdleChannel.all(["email"]),
            logger: logger)
        let engine = engine
        running = Task { await engine.run() }
        try await seed()
    }

    deinit {
        running.cancel()
    }

    private func seed() async throws {
        for role in Role.allCases where role != .intake {
            try await put(
                .user, "usr_\(role.rawValue)",
                [
                    "name": .string(role.rawValue), "email": .string("\(role.rawValue)@example.com"),
                    "role": .string(role.rawValue),
                    "disabled": false,
                    "contacts": [
                        [
                            "id": .string("ctm_\(role.rawValue)"), "channel": "email",
                            "destination": .string("\(role.rawValue)@example.com"), "secret": .null, "disabled": false,
                        ]
                    ],
                ])
        }
        try await put(
            .plan, "esc_main",
            ["name": "Main", "laps": 1, "rungs": [["patienceSeconds": 60, "targets": ["user:usr_responder"]]]])
        try await put(.service, "svc_shop", ["name": "Shop", "description": "", "plan": "esc_main"])
        try await put(
            .route, "rte_critical",
            [
                "name": "Critical", "position": 1, "matchers": [["name": "severity", "op": "=", "value": "critical"]],
                "service": "svc_shop", "declaresFrom": "SEV1",
            ])
    }

    func put(_ kind: DocumentKind, _ id: String, _ body: JSON) async throws {
        _ = try await engine.submit(
            .command(.change(DocumentChange(kind: kind, id: id, action: .put(body), origin: .local)), by: .tocsin))
    }

    /// Holds the store back and fills the engine's queue of signals. Opening the store lets all of it through.
    func fillQueue() async throws {
        let (id, _) = try await integration("generic")
        store.shut()
        // Twenty thousand may wait, and up to a thousand are with the transaction that stands.
        for batch in 0..<22 {
            let signals = (0..<1_000).map { number in
                Signal(
                    dedupKey: "\(batch)/\(number)", status: .resolved, title: "filler", severity: nil, labels: [],
                    annotations: [])
            }
            let engine = engine
            Task {
                // Whether it is taken, refused as too much or never answered is of no interest here.
                _ = try? await engine.submit(
                    .signals(SignalBatch(integration: IntegrationID(id), signals: signals, request: nil)))
            }
        }
        while !engine.isBusy { await Task.yield() }
    }

    // MARK: Asking

    func send(
        _ method: HTTPRequest.Method, _ uri: String, _ headers: HTTPFields = [:], body: String? = nil
    ) async throws -> TestResponse {
        try await service.application().test(.router) { client in
            try await client.execute(
                uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        }
    }

    /// A request to the API with the token of a role.
    func ask(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil, as role: Role? = .admin,
        _ more: HTTPFields = [:]
    ) async throws -> TestResponse {
        var headers = more
        if let role { headers[.authorization] = try await bearer(role) }
        if body != nil { headers[.contentType] = "application/json" }
        return try await send(method, "/api/v1" + path, headers, body: body?.text)
    }

    /// Uploads a document as the playbook `starter`.
    func upload(_ yaml: String, as role: Role = .admin) async throws -> TestResponse {
        try await send(
            .put, "/api/v1/playbooks/starter",
            [.authorization: try await bearer(role), .contentType: "application/yaml"], body: yaml)
    }

    func bearer(_ role: Role) async throws -> String {
        "Bearer "
            + (try await identity.tokens.create(.init(.service, name: role.rawValue, role: role), by: .tocsin).secret
                .reveal())
    }

    /// Whether a member names a token of `bearer`, whose first letters stand behind its name.
    static func names(_ value: JSON?, _ start: String, _ role: Role) -> Bool {
        let mark = "\(start)\(role.rawValue) (tcs_"
        return value?.string?.hasPrefix(mark) == true && value?.string?.count == mark.count + "svc_abcd)".count
    }

    func session(_ role: Role) async throws -> (cookie: String, csrf: String) {
        let sessions = identity.sessions
        let begun = try await store.write(.shared) { connection in
            let begun = try sessions.begin(
                for: UserID("usr_\(role.rawValue)"), ip: "192.0.2.1", agent: "", on: connection)
            return (begun.secret, begun.session)
        }
        return (service.cookie.name + "=" + begun.0.reveal(), begun.1.csrf)
    }

    /// A new integration and its key.
    func integration(_ dialect: String = "alertmanager") async throws -> (id: String, key: String) {
        let answer = try await ask(
            .post, "/integrations", ["name": .string("From \(dialect)"), "dialect": .string(dialect)])
        let json = try #require(answer.json)
        return (try #require(json["id"]?.string), try #require(json["key"]?.string))
    }

    /// Sends one alert to a new integration and returns its id.
    func alert(_ body: JSON = ["title": "Disk full", "severity": "warning", "labels": ["host": "db-1"]]) async throws
        -> String
    {
        let (_, key) = try await integration("generic")
        let answer = try await send(.post, "/in/\(key)/generic", [.contentType: "application/json"], body: body.text)
        return try #require(answer.json?["alerts"]?.array?.first?.string)
    }

    func incident(_ severity: String = "SEV2") async throws -> String {
        let answer = try await ask(
            .post, "/incidents", ["title": "Shop is down", "severity": .string(severity), "service": "Shop"])
        return try #require(answer.json?["key"]?.string)
    }

    /// The id of one that is opened: two people change every hour.
    func handOff() async throws -> String {
        let schedule: JSON = [
            "name": "Hourly", "zone": "UTC",
            "layers": [
                [
                    "start": "2027-01-01T00:00", "every": ["count": 1, "unit": "hour"],
                    "members": [["usr_admin"], ["usr_viewer"]],
                ]
            ],
        ]
        #expect(try await ask(.put, "/schedules/sch_hourly", schedule).status == .ok)
        _ = try await engine.submit(.deadlinesPassed)
        return try #require(try await ask(.get, "/hand-offs").json?["items"]?.array?.first?["id"]?.string)
    }
}

final class Countdown: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) {
        left = Mutex(count)
    }

    func takeOne() -> Bool {
        left.withLock { left in
            guard left > 0 else { return false }
            left -= 1
            return true
        }
    }
}

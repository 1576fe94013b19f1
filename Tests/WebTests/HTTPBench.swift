import Chronology
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Logging
import Notation
import Storage
import Synchronization
import Web

/// A front door over a store in memory, with sample routes for every permission and every kind of body, and one person for
/// every role.
final class HTTPBench: Sendable {
    static let password = "gravel lantern otter pivot"

    let clock = BenchClock()
    let log = Lines()
    let calls = Lines()
    let metrics = Metrics()
    let tokens: Tokens
    let sessions: Sessions
    let door: FrontDoor
    private let store: SQLiteStore
    private let people = BenchDirectory()

    struct Broken: Error, CustomStringConvertible {
        let description = "SELECT secret FROM t failed with tcs_pat_abcdefghijklmnopqrstuvwxyz0123456789 at /var/lib"
    }

    init(
        address: PublicAddress? = nil, limits: HTTPLimits = HTTPLimits(), proxies: ClientAddress = ClientAddress(),
        adding routes: [Route] = []
    ) async throws {
        let clock = clock
        let now: TimeSource = { clock.now }
        store = try SQLiteStore.inMemory(clock: now)
        try await store.migrate()
        let audit = AuditTrail(store: store)
        sessions = Sessions(store: store, now: now, random: systemRandom)
        tokens = Tokens(store: store, audit: audit, now: now, random: systemRandom)
        for role in Role.allCases {
            people.add(
                Person(
                    id: UserID("usr_\(role.rawValue)"), name: role.rawValue, email: "\(role.rawValue)@example.com",
                    role: role,
                    isDisabled: false))
        }
        var configuration = FrontDoor.Configuration(address: address, port: 8080)
        configuration.limits = limits
        configuration.proxies = proxies
        let log = log
        door = FrontDoor(
            routes: RouteTable(
                Self.routes(calls) + HealthRoutes.all(metrics: metrics, readiness: { [] }) + routes),
            authenticator: Authenticator(sessions: sessions, tokens: tokens, directory: people),
            ledger: IdempotencyLedger(store: store, now: now), configuration: configuration, metrics: metrics, now: now,
            random: systemRandom, log: { log.add($0) },
            errorPage: { problem, id, _ in Array("<h1>\(problem.status.code) \(id)</h1>".utf8) })
    }

    var application: Application<FrontDoor> { application { _ in } }

    func application(onReady: @escaping @Sendable (Int) -> Void) -> Application<FrontDoor> {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return WebServer.application(door, host: "127.0.0.1", port: 0, logger: logger) { onReady($0) }
    }

    /// One request straight to the front door.
    func send(
        _ method: HTTPRequest.Method = .get, _ uri: String, _ headers: HTTPFields = [:], body: String? = nil
    ) async throws -> TestResponse {
        try await application.test(.router) { client in
            try await client.execute(
                uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        }
    }

    func session(_ role: Role) async throws -> (cookie: String, session: Session) {
        let sessions = sessions
        let begun = try await store.write(.shared) { connection in
            let begun = try sessions.begin(
                for: UserID("usr_\(role.rawValue)"), ip: "192.0.2.1", agent: "", on: connection)
            return (begun.secret, begun.session)
        }
        return (door.cookie.name + "=" + begun.0.reveal(), begun.1)
    }

    func bearer(_ role: Role) async throws -> String {
        let created = try await tokens.create(.init(.service, name: role.rawValue, role: role), by: .tocsin)
        return "Bearer " + created.secret.reveal()
    }

    static func routes(_ calls: Lines) -> [Route] {
        @Sendable func echo(_ call: Call) -> Answer {
            calls.add("\(call.method.rawValue) \(call.path)")
            return .json { writer in
                writer.object { writer in
                    writer.member("path", call.path)
                    for (name, value) in call.parameters.sorted(by: { $0.key < $1.key }) { writer.member(name, value) }
                    for field in call.query.fields { writer.member("?" + field.name, field.value) }
                    for field in call.form.fields where field.name != "csrf" {
                        writer.member("form." + field.name, field.value)
                    }
                    writer.member("body", call.body.count)
                    writer.member("address", call.address)
                    writer.member("actor", call.caller.actor?.text)
                }
            }
        }
        return [
            Route(.get, "/public", .publicAccess, "Public", tag: "sample", handler: echo),
            Route(.get, "/public/kept", .publicAccess, "Public, with its own caching") { _ in
                Answer.text("kept").with(.cacheControl, "public, max-age=60")
            },
            Route(.get, "/page", .readAll, "A page") { _ in .html(Array("<p>page".utf8)) },
            Route(.get, "/page/kept", .readAll, "A page that wants to be kept") { _ in
                Answer.text("kept").with(.cacheControl, "public, max-age=60")
            },
            Route(.post, "/page", .respond, "A form", body: .form(["note"]), handler: echo),
            Route(.post, "/sign-in", .publicAccess, "The sign-in form", body: .form(["email"]), handler: echo),
            Route(.get, "/self", .signedIn, "Oneself", tag: "sample", handler: echo),
            Route(.get, "/things", .readAll, "List", tag: "sample", query: [.init("limit", "How many")]) { call in
                .json(["limit": .integer(Int64(try call.pageSize()))])
            },
            Route(.get, "/things/{id}", .readAll, "One", tag: "sample", handler: echo),
            Route(.get, "/things/{id}/parts/{part}", .readAll, "A part", tag: "sample", handler: echo),
            Route(.get, "/things/special", .readAll, "The special one", tag: "sample") { _ in .text("special") },
            Route(.get, "/files/{page}/{rest...}", .publicAccess, "Everything below", tag: "sample", handler: echo),
            Route(
                .post, "/things", .manage, "Make", tag: "sample", body: .json(schema: ["type": "object"]),
                responses: [.init(201, "Made", schema: ["type": "object"])]
            ) { call in
                calls.add("made")
                let title = try call.read { $0.text("title", 1...10) }
                return .json(["title": .string(title)], status: .created)
            },
            Route(.post, "/things/{id}/act", .respond, "Act", tag: "sample", handler: echo),
            Route(.delete, "/things/{id}", .administer, "Delete", tag: "sample") { _ in .noContent },
            Route(
                .post, "/secrets", .administer, "Make a secret", tag: "sample", body: .json(schema: [:]),
                answersSecret: true
            ) { _ in .json(["key": "shown-once"], status: .created) },
            Route(.post, "/signals", .ingest, "Send", tag: "sample", body: .raw(types: []), handler: echo),
            Route(
                .post, "/in/{key}/generic", .ingest, "Send by key", tag: "sample", checkedBy: .integrationKey,
                body: .raw(types: ["application/json"]), handler: echo),
            Route(.get, "/fails", .publicAccess, "Breaks") { _ in throw Broken() },
            Route(.get, "/fails/api", .publicAccess, "Breaks", tag: "sample") { _ in throw Broken() },
            Route(.get, "/refuses/{code}", .publicAccess, "Refuses", tag: "sample") { call in
                throw Refusal(call.parameter("code"), "because")
            },
            Route(.get, "/waits", .publicAccess, "Waits", tag: "sample") { _ in
                throw SignInRefusal.wait(.milliseconds(2_500))
            },
            Route(.get, "/busy", .publicAccess, "Busy", tag: "sample") { _ in throw HTTPProblem.busy("full") },
            Route(.post, "/flaky", .respond, "Fails the first time", tag: "sample", body: .json(schema: [:])) { _ in
                calls.add("flaky")
                if calls.all.count(where: { $0 == "flaky" }) == 1 { throw HTTPProblem.busy("first") }
                return .json(["ok": true])
            },
        ]
    }
}

final class BenchClock: Sendable {
    private let instant = Mutex(Instant(seconds: 1_800_000_000))
    var now: Instant { instant.withLock { $0 } }
    func advance(_ duration: Duration) { instant.withLock { $0 += duration } }
}

final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

final class BenchDirectory: Directory {
    private let people = Mutex<[UserID: Person]>([:])
    func add(_ person: Person) { people.withLock { $0[person.id] = person } }
    func user(_ id: UserID) async -> Person? { people.withLock { $0[id] } }
    func user(email: String) async -> Person? { people.withLock { $0.values.first { $0.email == email } } }
}

/// SplitMix64, so that a failing fuzz case can be had again from its seed.
struct BenchRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }
    var json: JSON? {
        // A test that reads JSON from something else fails on the nil.
        try? JSON(parsing: Array(body.readableBytesView), limits: .stored)
    }
}

extension HTTPField.Name {
    static func named(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no header") }
        return name
    }
}

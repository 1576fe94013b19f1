import Chronology
import Identity
import Notation
import Storage
import Synchronization

/// Everything of the room, on a store in memory, with a clock that the test moves and chance that is the same each time.
final class House: Sendable {
    let clock: TestClock
    let store: any Store
    let people: TestDirectory
    let scrypts: ScryptCount
    let access: AccessControl
    var audit: AuditTrail { access.audit }
    var sessions: Sessions { access.sessions }
    var tokens: Tokens { access.tokens }
    var links: OneTimeLinks { access.links }
    var passwords: Passwords { access.passwords }
    var first: FirstAdministrator { access.firstAdministrator }
    var authenticator: Authenticator { access.authenticator }

    static let author = AuditAuthor(actor: .user(UserID("usr_boss")), ip: "192.0.2.1", request: "req_1")
    static let origin = Passwords.Origin(ip: "192.0.2.7", agent: "test", request: "req_2")
    /// Two rounds: what counts here is how often scrypt runs, not how long.
    static let cheap = PasswordHash.Cost(logRounds: 1, blockSize: 1, parallelism: 1)

    /// A second house on the same store is a second node.
    init(sharing other: House? = nil, cost: PasswordHash.Cost = House.cheap) async throws {
        let clock = other?.clock ?? TestClock()
        let now: TimeSource = { clock.now }
        let random = TestRandom(seed: other == nil ? 1 : 2).source
        let store = try other?.store ?? SQLiteStore.inMemory(clock: now)
        if other == nil { try await store.migrate() }
        let people = other?.people ?? TestDirectory()
        let scrypts = ScryptCount()
        let hasher = PasswordHasher(cost: cost, threads: 2, random: random) { password, salt, cost in
            scrypts.add()
            return try PasswordHasher.scrypt(password, salt, cost)
        }
        self.clock = clock
        self.store = store
        self.people = people
        self.scrypts = scrypts
        access = AccessControl(store: store, directory: people, hasher: hasher, now: now, random: random)
    }

    @discardableResult
    func hire(_ name: String, role: Role = .responder, password: String = House.password) async throws -> Person {
        let person = Person(
            id: UserID("usr_\(name)"), name: name, email: "\(name)@example.com", role: role, isDisabled: false)
        people.add(person)
        try await passwords.set(password, of: person, by: House.author)
        return person
    }

    static let password = "gravel lantern otter pivot"

    /// The actions in the audit log, the oldest first.
    func actions() async throws -> [String] {
        try await audit.list(limit: 500).reversed().map(\.action)
    }

    func chain() async throws -> ChainReport {
        try await store.read { try AuditLog.verify(on: $0) }
    }
}

final class TestClock: Sendable {
    private let instant = Mutex(Instant(seconds: 1_800_000_000))
    var now: Instant { instant.withLock { $0 } }
    func advance(_ duration: Duration) { instant.withLock { $0 += duration } }
}

/// SplitMix64: unpredictable enough for a test, and the same in each run.
final class TestRandom: Sendable {
    private let state: Mutex<UInt64>

    init(seed: UInt64) { state = Mutex(seed) }

    var source: RandomSource {
        { [self] count in (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 32) } }
    }

    func next() -> UInt64 {
        state.withLock { state in
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}

final class ScryptCount: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func add() { count.withLock { $0 += 1 } }
}

final class TestDirectory: Directory {
    private let people = Mutex<[UserID: Person]>([:])

    func add(_ person: Person) { people.withLock { $0[person.id] = person } }

    func change(_ id: UserID, role: Role? = nil, isDisabled: Bool? = nil) {
        people.withLock { people in
            guard let person = people[id] else { return }
            people[id] = Person(
                id: id, name: person.name, email: person.email, role: role ?? person.role,
                isDisabled: isDisabled ?? person.isDisabled)
        }
    }

    func user(_ id: UserID) async -> Person? { people.withLock { $0[id] } }

    func user(email: String) async -> Person? {
        people.withLock { $0.values.first { $0.email == email.lowercased() } }
    }
}

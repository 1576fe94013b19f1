import ArgumentParser
import Engine
import Identity
import Logging
import Notation
import Storage
import Web

/// The options by which a verb finds its store.
struct StoreOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The data directory (TOCSIN_DATA).", valueName: "dir"))
    var data: String?

    @Option(
        help: ArgumentHelp("sqlite:FILE or postgres://… (TOCSIN_DATABASE).", valueName: "database"))
    var database: String?

    @Option(
        name: .customLong("sealing-key"),
        help: ArgumentHelp("The file of sealing keys (TOCSIN_SEALING_KEY).", valueName: "file"))
    var sealingKey: String?

    @Option(help: ArgumentHelp("The configuration file (TOCSIN_CONFIG).", valueName: "file"))
    var config: String?

    func location() throws(Failure) -> StoreLocation {
        let file = try ServerConfiguration.file(config)
        let data = try ServerConfiguration.first(data, "TOCSIN_DATA", file, "data")
        let database = try ServerConfiguration.first(database, "TOCSIN_DATABASE", file, "database")
        let sealingKey = try ServerConfiguration.first(sealingKey, "TOCSIN_SEALING_KEY", file, "sealingKey")
        let location = try StoreLocation(data: data ?? "./data", database: database, sealingKey: sealingKey)
        guard data != nil || database != nil || location.isThere else {
            throw Failure("which store? Give --data DIR or --database, as to `tocsin serve`", .usage)
        }
        return location
    }

    /// Runs the work on the opened store and closes it.
    func withStore<Value>(
        makingNew isNew: Bool = false, _ work: (any Store) async throws -> Value
    ) async throws -> Value {
        Self.quieten()
        let store = try await location().open(makingNew: isNew, logger: Logger(label: "storage"))
        do {
            let value = try await work(store)
            await store.close()
            return value
        } catch {
            await store.close()
            throw error
        }
    }

    /// A verb says what went wrong in a sentence of its own; the log keeps to what nobody else tells.
    static func quieten() {
        LoggingSystem.bootstrap { JSONLogHandler(label: $0, level: .error) }
    }
}

/// What a verb of the store needs of the engine and of the people, without a server.
struct Workbench {
    let engine: Engine
    let identity: WebIdentity

    /// Written to the audit log as the one who sat at the machine.
    static let author = AuditAuthor(actor: .tocsin, ip: "local", request: "")

    /// - Parameter keys: needed only for changes that hold a secret; without them such a change is refused.
    init(_ store: any Store, keys: SealingKeys = .none) {
        engine = Self.engine(on: store, keys)
        identity = WebIdentity(engine: engine)
    }

    private static func engine(on store: any Store, _ keys: SealingKeys) -> Engine {
        Engine(
            store: store, clock: SystemClock.clockwork, zones: MachineZones(), keys: keys,
            logger: Logger(label: "engine"))
    }

    /// Makes one change, with all the checks of the engine, and nothing else: an engine that starts cancelled finishes what
    /// it was given and does not look at deadlines, which belong to the server. It takes nothing after that, so each change
    /// has an engine of its own.
    func change(_ change: DocumentChange) async throws -> Outcome {
        let engine = Self.engine(on: engine.store, engine.keys)
        async let outcome = engine.submit(.command(.change(change), by: .tocsin))
        while engine.queueDepth == 0 { await Task.yield() }
        await withTaskGroup(of: Void.self) { group in
            group.cancelAll()
            group.addTask { await engine.run() }
        }
        return try await outcome
    }
}

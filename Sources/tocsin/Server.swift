import Chronology
import Delivery
import Dispatch
import Engine
import Glibc
import Identity
import Logging
import ServiceLifecycle
import Storage
import Web

/// One serving process: the store, the engine, the dispatcher and the web side, put together, run and taken down.
enum Server {
    /// Returns after an orderly end. Throws a `Failure` for what stopped the start or broke the run.
    ///
    /// - Parameters:
    ///   - companion: what runs beside the server for as long, such as the script of a demonstration.
    ///   - seeding: what is written to the store before anything runs.
    ///   - greeting: what is said to people once the server listens.
    static func run(
        _ configuration: ServerConfiguration, beside companion: (any ServiceLifecycle.Service)? = nil,
        seeding: (any Store, SealingKeys) async throws -> Void = { _, _ in }, greeting: String? = nil
    ) async throws {
        // A client that goes away must end its connection, not this process.
        signal(SIGPIPE, SIG_IGN)
        let level = configuration.logLevel
        LoggingSystem.bootstrap { JSONLogHandler(label: $0, level: level) }
        let logger = Logger(label: "tocsin")
        try configuration.store.prepare()
        try LocalFile.makePrivateFolder(configuration.store.data)
        let lock = try configuration.store.lockPath.map { path throws(Failure) in try ServerLock(path) }
        let channels = try channels(configuration)
        let (store, keys) = try await openSealed(configuration.store, logger)
        do {
            try await seeding(store, keys)
            try await serve(
                configuration, on: store, keys: keys, channels: channels, companion: companion, greeting: greeting,
                logger: logger)
            await store.close()
        } catch {
            await store.close()
            throw told(error, configuration)
        }
        withExtendedLifetime(lock) {}
    }

    /// The store with everything in it sealed that must be.
    private static func openSealed(
        _ location: StoreLocation, _ logger: Logger
    ) async throws -> (store: any Store, keys: SealingKeys) {
        func open() async throws -> any Store {
            try await location.open(makingNew: true, isGuest: false, logger: Logger(label: "storage"))
        }
        let store = try await open()
        do {
            let (keys, didSeal) = try await location.keyFile.settle(store)
            guard didSeal else { return (store, keys) }
            logger.notice(
                "the secrets of the store are sealed under another key than before",
                metadata: ["file": "\(location.keyFile.path)"])
        } catch {
            await store.close()
            throw error
        }
        await store.close()
        if case .sqlite(let path) = location.kind {
            do {
                try SQLiteStore.rewrite(path: path)
            } catch {
                // They are sealed; only their traces are still there, and pages matter more than that.
                logger.warning(
                    "what the secrets were before may still stand in free parts of the file; `VACUUM` removes it",
                    metadata: ["fault": "\(error)"])
            }
        }
        let again = try await open()
        do {
            return (again, try await location.keyFile.settle(again).keys)
        } catch {
            await again.close()
            throw error
        }
    }

    private static func channels(_ configuration: ServerConfiguration) throws -> [String: any Delivery.Channel] {
        let egress = EgressGuard(settings: configuration.egress)
        var channels = ChannelKinds.web(try EgressClient(egress))
        if let smtp = configuration.smtp {
            channels[SMTPChannel.descriptor.kind] = try SMTPChannel(smtp, egress: egress)
        }
        return channels
    }

    private static func serve(
        _ configuration: ServerConfiguration, on store: any Store, keys: SealingKeys,
        channels: [String: any Delivery.Channel], companion: (any ServiceLifecycle.Service)?, greeting: String?,
        logger: Logger
    ) async throws {
        let engine = Engine(
            store: store, clock: SystemClock.clockwork, zones: MachineZones(), keys: keys,
            publicURL: configuration.origin, logger: Logger(label: "engine"))
        let identity = WebIdentity(engine: engine)
        let links = try await store.write(.engine) { try AcknowledgementLinks.open(on: $0, keys) }
        let node = nodeName()
        let dispatcher = Dispatcher(
            engine: engine, channels: channels, links: links, publicURL: configuration.origin, node: node,
            logger: Logger(label: "dispatcher"))
        let listener = ChannelListener(
            engine: engine, channels: channels, publicURL: configuration.origin, node: node,
            logger: Logger(label: "listener"))
        let trial = SelfTrial(
            engine: engine, client: try EgressClient(EgressGuard(settings: configuration.egress)), node: node,
            logger: Logger(label: "self-monitor"))
        let web = WebService(
            engine: engine, identity: identity,
            settings: WebSettings(
                host: configuration.listen.host, port: configuration.listen.port,
                publicAddress: configuration.publicAddress, trustedProxies: configuration.trustedProxies,
                version: Tocsin.version), channels: channels, links: links, logger: Logger(label: "web"))
        let invitation = FirstSignIn(
            election: identity.firstAdministrator, store: configuration.store, origin: configuration.origin, node: node)
        let (listening, bound) = AsyncStream<Never>.makeStream()
        warn(about: configuration, logger)

        // A shutdown ends them from the last to the first: no request is taken whose outcome nobody would write.
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(service: UntilShutdown(name: "engine") { await engine.run() }),
            .init(service: UntilShutdown(name: "dispatcher") { await dispatcher.run() }),
            .init(service: UntilShutdown(name: "listener") { await listener.run() }),
            .init(service: UntilShutdown(name: "self-monitor") { await trial.run() }),
            .init(service: InvitationWatch(engine: engine, invitation: invitation, listening: listening)),
            .init(
                service: web.application { _ in
                    Terminal.say("Tocsin \(Tocsin.version) is at \(configuration.origin)")
                    if let greeting { Terminal.say(greeting) }
                    bound.finish()
                }),
        ]
        if let companion { services.append(.init(service: companion, successTerminationBehavior: .ignore)) }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: services, logger: Logger(label: "lifecycle")))
        let signals = Interruption(group)
        try await group.run()
        signals.end()
    }

    private static func warn(about configuration: ServerConfiguration, _ logger: Logger) {
        if configuration.isInsecurelyPublic {
            logger.warning("insecure_public_http is set: passwords and sessions travel without TLS")
        }
        if configuration.publicAddress == nil, !configuration.listen.isLoopback {
            logger.warning("other machines can connect and no public URL is set: links in messages may not lead here")
        }
        if configuration.smtp == nil {
            logger.notice("no mail relay is configured: contact methods of the kind email cannot be used")
        }
    }

    /// Names this process in leases: no two processes share it, nor one process with its successor.
    private static func nodeName() -> String {
        "node-" + String(UInt64.random(in: .min ... .max), radix: 16)
    }

    private static func told(_ error: any Error, _ configuration: ServerConfiguration) -> any Error {
        let place = "\(configuration.listen.host):\(configuration.listen.port)"
        if "\(error)".contains("UnknownHost") {
            return Failure(
                "\(configuration.listen.host) is not a name that this machine can resolve; --listen takes another")
        }
        guard Failure(error) == nil, let number = Failure.systemError(of: error) else { return error }
        switch number {
        case EADDRINUSE: return Failure("\(place) is in use by another program; --listen takes another port")
        case EACCES: return Failure("this user may not listen on \(place); ports below 1024 need a privilege")
        case EADDRNOTAVAIL: return Failure("\(place) is not an address of this machine")
        default: return Failure("\(place) cannot be listened on: \(String(cString: strerror(number)))")
        }
    }
}

/// Something that runs until its task is cancelled, as a service: the group's shutdown cancels it and waits for it.
private struct UntilShutdown: ServiceLifecycle.Service, CustomStringConvertible {
    let name: String
    let work: @Sendable () async -> Void

    var description: String { name }

    init(name: String, _ work: @escaping @Sendable () async -> Void) {
        self.name = name
        self.work = work
    }

    func run() async {
        await cancelWhenGracefulShutdown { await work() }
    }
}

/// The first signal asks the group to finish, the second ends the process where it stands.
private final class Interruption {
    private let sources: [any DispatchSourceSignal]

    init(_ group: ServiceGroup) {
        let queue = DispatchQueue(label: "tocsin.signals")
        let count = Count()
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                // The shell's convention for a process that a signal ended.
                if count.next() > 1 { _exit(128 + number) }
                Task { await group.triggerGracefulShutdown() }
            }
            source.resume()
            return source
        }
    }

    func end() {
        for source in sources { source.cancel() }
    }
}

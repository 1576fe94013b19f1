import Chronology
import Delivery
import Engine
import HTTPTypes
import Hummingbird
import Identity
import Logging
import Notation
import Synchronization

/// How a server is reached, and how much it takes.
public struct WebSettings: Sendable {
    public var host: String
    /// 0 takes any port that is free; `WebService.port` says which.
    public var port: Int
    /// Under which address people reach the server; nil on a machine of one's own.
    public var publicAddress: PublicAddress?
    public var trustedProxies: [ClientAddress.Range]
    public var limits: HTTPLimits
    /// The version that the API's description and the status name.
    public var version: String

    public init(
        host: String = "127.0.0.1", port: Int = 8_080, publicAddress: PublicAddress? = nil,
        trustedProxies: [ClientAddress.Range] = [], limits: HTTPLimits = HTTPLimits(), version: String = "0.1.0"
    ) {
        self.host = host
        self.port = port
        self.publicAddress = publicAddress
        self.trustedProxies = trustedProxies
        self.limits = limits
        self.version = version
    }

    /// The session cookie of a server with these settings, for whoever makes its pages before the server itself.
    public var cookie: SessionCookie {
        SessionCookie(publicAddress ?? PublicAddress(isSecure: false, authority: "localhost"), port: port)
    }
}

/// The web side of one process: intake, API, pages and health on one port. It is made around an engine that somebody
/// else runs; without a running engine every change waits.
public final class WebService: Sendable {
    /// The port that was bound; nil until then.
    public var port: Int? { bound.port }

    /// How links to this server begin.
    public var origin: String { bound.origin }

    public let routes: RouteTable
    private let door: FrontDoor
    private let settings: WebSettings
    private let logger: Logger
    private let bound: BoundAddress
    private let upkeep: AccessUpkeep

    /// - Parameters:
    ///   - channels: by kind, those that can deliver here.
    ///   - links: reads the acknowledgement links in messages. Without them the pages for people are not served, only
    ///     the API, intake and health.
    public init(
        engine: Engine, identity: WebIdentity, settings: WebSettings, channels: [String: any Delivery.Channel] = [:],
        links: AcknowledgementLinks? = nil, logger: Logger
    ) {
        let bound = BoundAddress(settings)
        let metrics = Metrics()
        let tally = IntakeTally()
        let api = API(
            engine: engine, identity: identity, channels: channels, links: links, origin: { bound.origin })
        let pages = links.map {
            PageHandlers(
                api: api, links: $0, channels: channels.keys.sorted(), cookie: settings.cookie, tally: tally)
        }
        var routes = api.routes
        routes +=
            IntakeRoutes(
                engine: engine, authenticator: identity.authenticator, tally: tally, version: settings.version
            ).routes
        routes += ChannelCalls(engine: engine, channels: channels, origin: { bound.origin }).routes
        routes += WatchRoutes(engine: engine, metrics: metrics, channels: channels.keys.sorted()).routes
        routes += pages?.routes ?? []
        let table = APIDescription.adding(to: routes, version: settings.version)
        var configuration = FrontDoor.Configuration(address: settings.publicAddress, port: settings.port)
        configuration.limits = settings.limits
        configuration.proxies = ClientAddress(trusting: settings.trustedProxies)
        door = FrontDoor(
            routes: table, authenticator: identity.authenticator, ledger: identity.ledger, configuration: configuration,
            metrics: metrics, now: engine.clock.now, random: identity.random,
            log: { line in logger.error("a request failed", metadata: ["record": "\(line)"]) },
            errorPage: pages?.errorPage, translation: HTTPProblem.ofEngine)
        self.routes = table
        self.settings = settings
        self.logger = logger
        self.bound = bound
        upkeep = AccessUpkeep(engine: engine, access: identity.access, tally: tally, logger: logger)
    }

    /// The session cookie that the pages set and clear.
    public var cookie: SessionCookie { door.cookie }

    /// The server for a service group: it answers what has begun when the group shuts down. `onReady` gets the bound
    /// port.
    public func application(onReady: @escaping @Sendable (Int) async -> Void = { _ in }) -> Application<FrontDoor> {
        var application = WebServer.application(
            door, host: settings.host, port: settings.port, logger: logger
        ) { [bound] port in
            bound.listens(on: port)
            await onReady(port)
        }
        application.addServices(upkeep)
        return application
    }

    /// Listens and answers until the task is cancelled or the service group shuts down. Throws when the port is taken.
    public func run(onReady: @escaping @Sendable (Int) async -> Void = { _ in }) async throws {
        try await application(onReady: onReady).run()
    }
}

/// Where the server turned out to listen.
private final class BoundAddress: Sendable {
    private let settings: WebSettings
    private let actual = Mutex<Int?>(nil)

    init(_ settings: WebSettings) {
        self.settings = settings
    }

    var port: Int? { actual.withLock { $0 } }

    func listens(on port: Int) {
        actual.withLock { $0 = port }
    }

    var origin: String {
        if let address = settings.publicAddress { return address.origin }
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        return "http://\(host):\(port ?? settings.port)"
    }
}

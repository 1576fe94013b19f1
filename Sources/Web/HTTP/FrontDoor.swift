import Chronology
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import Notation

/// Takes every request: names it, finds its route, its caller and their right, reads its body within bounds, lets the
/// handler answer, and turns whatever goes wrong into a problem that tells the sender what to do and nothing else. Every
/// answer, errors too, leaves through `finish` and so carries the security headers.
public struct FrontDoor: HTTPResponder {
    public typealias Context = Visit

    public struct Configuration: Sendable {
        /// Nil on a machine of one's own, where the server is reached under whatever name the browser uses.
        public var address: PublicAddress?
        public var port: Int
        public var limits = HTTPLimits()
        public var proxies = ClientAddress()
        /// Where a browser is sent that must sign in first; it comes back by `?next=`.
        public var signInPath = "/sign-in"

        public init(address: PublicAddress? = nil, port: Int) {
            self.address = address
            self.port = port
        }
    }

    /// A problem as a page for people. It is only asked for where the client is a browser.
    public typealias ErrorPage = @Sendable (HTTPProblem, _ requestID: String, Caller) -> [UInt8]
    /// Gives the problem for errors of rooms that this one does not know; nil for the unforeseen.
    public typealias Translation = @Sendable (any Error) -> HTTPProblem?
    /// Takes one JSON line for the log.
    public typealias Log = @Sendable (String) -> Void

    public let routes: RouteTable
    public let cookie: SessionCookie
    let configuration: Configuration
    let errorPage: ErrorPage?
    let translation: Translation
    let log: Log
    let connections: OpenConnections
    private let authenticator: Authenticator
    private let replays: IdempotentReplay
    private let now: TimeSource
    private let random: RandomSource
    private let crossSite: CrossSiteGuard
    private let security: SecurityHeaders
    private let rates: RateLimiter
    private let figures: RequestFigures

    public init(
        routes: RouteTable, authenticator: Authenticator, ledger: IdempotencyLedger, configuration: Configuration,
        metrics: Metrics, now: @escaping TimeSource, random: @escaping RandomSource, log: @escaping Log,
        errorPage: ErrorPage? = nil, translation: @escaping Translation = { _ in nil }
    ) {
        self.routes = routes
        self.authenticator = authenticator
        self.configuration = configuration
        self.now = now
        self.random = random
        self.log = log
        connections = OpenConnections(configuration.limits)
        self.errorPage = errorPage
        self.translation = translation
        let isSecure = configuration.address?.isSecure ?? false
        cookie = SessionCookie(
            configuration.address ?? PublicAddress(isSecure: false, authority: "localhost"), port: configuration.port)
        replays = IdempotentReplay(ledger: ledger)
        crossSite = CrossSiteGuard(address: configuration.address)
        security = SecurityHeaders(isSecure: isSecure)
        rates = RateLimiter(rate: configuration.limits.rate, burst: configuration.limits.burst)
        figures = RequestFigures(metrics, routes: routes)
    }

    /// What is known of a request so far: an error may come before the route or the caller is.
    private struct Progress {
        /// Whether only the connections that are kept were left when it came.
        let isCrowded: Bool
        var route: Route?
        var caller = Caller.anonymous
    }

    public func respond(to request: Request, context: Visit) async throws -> Response {
        let id = "req_" + Self.hex(random(10))
        let began = ContinuousClock.now
        var progress = Progress(isCrowded: connections.isCrowded)
        var answer: Answer
        do {
            answer = try await self.answer(request, id: id, from: context, progress: &progress)
        } catch {
            answer = self.answer(to: error, request, id: id, route: progress.route, caller: progress.caller)
        }
        figures.count(request.method, progress.route, answer.status, took: ContinuousClock.now - began)
        return finish(&answer, request, id: id, progress: progress)
    }

    // MARK: The way in

    private func answer(
        _ request: Request, id: String, from visit: Visit, progress: inout Progress
    ) async throws -> Answer {
        let target = request.head.path ?? ""
        guard target.utf8.count <= configuration.limits.target else {
            throw HTTPProblem(.uriTooLong, "target-too-long", "The address is too long.")
        }
        let cut = target.firstIndex(of: "?") ?? target.endIndex
        let path = String(target[..<cut])
        let (route, parameters) = try find(request.method, path: path)
        progress.route = route
        guard route.isUrgent || !progress.isCrowded else { throw HTTPProblem.crowded }

        if route.checkedBy == .caller {
            progress.caller = try await authenticator.caller(
                cookie: cookie.secret(in: request.headers[values: .cookie]),
                authorization: request.headers[.authorization])
            try admit(progress.caller, to: route)
        }
        let now = now()
        try limitRate(of: progress.caller, on: route, at: now)

        let body = try await RequestBodyReader(limits: configuration.limits).read(request, for: route)
        if route.isMutation, route.checkedBy == .caller {
            let token = try request.headers[.csrfToken] ?? body.form.one("csrf")
            try crossSite.check(
                progress.caller, isForm: route.body.isForm, headers: request.headers, host: request.head.authority,
                token: token)
        }
        let call = Call(
            id: id, method: request.method, path: path, parameters: parameters,
            query: try query(target[cut...].dropFirst(), of: route), headers: request.headers, body: body.bytes,
            form: body.form,
            caller: progress.caller,
            address: configuration.proxies.client(peer: visit.peer, forwarded: request.headers[values: .forwardedFor]),
            now: now, target: target)
        return try await replays.answer(call, target: target, on: route)
    }

    private func find(_ method: HTTPRequest.Method, path: String) throws -> (Route, [String: String]) {
        switch routes.match(method, path: path) {
        case .found(let route, let parameters): return (route, parameters)
        case .nothing: throw HTTPProblem.notFound
        case .malformed(let reason): throw HTTPProblem.badRequest(reason)
        case .wrongMethod(let allowed):
            throw HTTPProblem(
                .methodNotAllowed, "wrong-method", "This address does not take \(method.rawValue.prefix(20)).",
                headers: [.allow: allowed.joined(separator: ", ")])
        }
    }

    private func admit(_ caller: Caller, to route: Route) throws {
        guard !route.admission.contains(where: caller.may) else { return }
        throw caller.isSignedIn ? HTTPProblem.forbidden : HTTPProblem.notSignedIn
    }

    /// Signals are never turned away with 429: Alertmanager would drop them (INTERFACES). Their handlers answer 503. Nor is
    /// what needs no token: a probe that shows one must not take a busy server for a dead one, and anybody else could
    /// leave the token out.
    private func limitRate(of caller: Caller, on route: Route, at now: Instant) throws {
        guard route.permission != .ingest, route.permission != .publicAccess, route.checkedBy == .caller,
            let client = caller.rateKey
        else { return }
        guard let seconds = rates.take(client, at: now) else { return }
        throw HTTPProblem(
            .tooManyRequests, "too-many-requests", "Too many requests.",
            detail:
                "\(configuration.limits.rate) requests a second are answered, and \(configuration.limits.burst) at once after a pause.",
            headers: [.retryAfter: "\(seconds)"])
    }

    private func query(_ text: Substring, of route: Route) throws -> Fields {
        do {
            return try Fields(parsing: text)
        } catch {
            // A tool that writes its own strange query still has an alert to deliver: paging fails open (S73).
            if route.checkedBy == .integrationKey { return .none }
            throw error
        }
    }

    // MARK: The way out

    private func finish(_ answer: inout Answer, _ request: Request, id: String, progress: Progress) -> Response {
        let isPublic = progress.route?.permission == .publicAccess && answer.status.code < 400
        security.add(to: &answer.headers, mayBeKept: isPublic)
        answer.headers[.requestID] = id
        // Each of the last connections serves many, one after the other.
        if progress.isCrowded { answer.headers[.connection] = "close" }
        switch answer.body {
        case .bytes(let buffer):
            guard answer.status != .noContent, answer.status != .notModified else {
                // RFC 9110 §8.6: no Content-Length in a 204, and none that is wrong in a 304.
                var response = Response(status: answer.status, headers: answer.headers)
                response.headers[.contentLength] = nil
                return response
            }
            answer.headers[.contentLength] = "\(buffer.readableBytes)"
            let isHead = request.method == .head
            return Response(
                status: answer.status, headers: answer.headers,
                body: isHead ? ResponseBody() : ResponseBody(byteBuffer: buffer))
        case .stream(let write):
            guard request.method != .head else { return Response(status: answer.status, headers: answer.headers) }
            return Response(
                status: answer.status, headers: answer.headers,
                body: ResponseBody { writer in
                    try await write(&writer)
                    try await writer.finish(nil)
                })
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// What the connection knows about a request.
public struct Visit: InitializableFromSource, Sendable {
    /// The address at the other end of the connection; empty where there is none, as in tests without sockets.
    public let peer: String

    public init(source: ApplicationRequestContextSource) {
        peer = source.channel.remoteAddress?.ipAddress ?? ""
    }
}

extension Route.Body {
    var isForm: Bool {
        switch self {
        case .form, .longForm: true
        case .none, .json, .raw: false
        }
    }
}

extension Caller {
    /// By what a client's requests are counted.
    var rateKey: String? {
        switch proof {
        case .none, .integrationKey: nil
        case .session(let id, _, _): "session:" + id.text
        case .token(let id): "token:" + id
        }
    }
}

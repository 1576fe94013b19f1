import Chronology
import NIOCore
import NIOSSL
import Notation

/// A request to a web address that somebody typed.
public struct EgressRequest: Sendable {
    public enum Method: Sendable {
        case get, post, put
    }

    public var method: Method
    public var url: EgressURL
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// Whether the body of the answer is wanted. Without it the result does not wait for the body's end.
    public var wantsBody: Bool
    /// How many bytes of a wanted body are enough, where its beginning is an answer as well; nil: it is whole, within the
    /// client's limits, or lost.
    public var beginning: Int?

    public init(
        method: Method, url: EgressURL, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        wantsBody: Bool = false, beginning: Int? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.wantsBody = wantsBody
        self.beginning = beginning
    }
}

/// How a request ended.
public enum EgressOutcome: Sendable {
    /// Any answer, whatever its status. A redirection is an answer like the others: it is never followed (S41).
    case answered(EgressAnswer)
    /// The rules forbid the connection; nothing was sent.
    case refused(String)
    /// No connection came about; nothing was sent.
    case unreachable(String)
    /// The request was sent, at least in part, and no answer came.
    case lost(String)
}

public struct EgressAnswer: Sendable {
    public let status: Int
    public let headers: [(name: String, value: String)]
    /// Empty unless it was asked for.
    public let body: [UInt8]
    /// Whether the body is all of it. Only a request that makes do with a beginning gets less.
    public var isWhole = true

    /// The first header of that name, which is compared without regard to case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// Times and sizes of one request. The defaults are those of the design; tests use shorter ones.
public struct EgressLimits: Hashable, Sendable {
    /// Until a TCP connection stands.
    public var connect: Duration = .seconds(3)
    /// Between two pieces of an answer.
    public var read: Duration = .seconds(10)
    /// From the start of the lookup to the end of the answer, over all addresses tried.
    public var total: Duration = .seconds(15)
    /// How long a body that nobody wants is read for, so that a polite server can finish its sentence.
    public var unwantedBody: Duration = .seconds(1)
    /// Bytes of a body. A longer one that is wanted is an error; one that is not wanted is left unread.
    public var bodyBytes = 65_536
    /// Addresses of one name that one attempt tries.
    public var addresses = 2
    /// How long a connection that nothing is sent on is kept for the next message: through a storm, in which the next one
    /// comes at once. Servers close theirs after two seconds and more, and a message that crosses that is in doubt.
    public var idle: Duration = .seconds(1)
    /// Idle connections over all destinations; the one that was idle longest makes room.
    public var keptConnections = 64
    /// Requests on one connection. Common servers end it after a hundred themselves.
    public var requestsPerConnection = 100

    public init() {}
}

/// The one client for web addresses that came from outside. Each request vets the address, connects to what was vetted and
/// to nothing else, and compares the far end once more before a byte is sent (S40, S41, S62). No proxy is taken from the
/// environment, nothing is decompressed, no cookie outlives a request.
///
/// A connection is kept for a moment and taken for another request only where that request's own lookup, vetted anew, led
/// to the address that the connection was made to: a name that moves is followed at the next request.
public struct EgressClient: Sendable {
    public let egress: EgressGuard
    private let tls: TLSConfiguration
    private let limits: EgressLimits
    private let pool: IdlePool<PinnedClient>

    public init(_ egress: EgressGuard, limits: EgressLimits = EgressLimits()) throws(InputFault) {
        self.egress = egress
        self.limits = limits
        self.tls = try OutboundTLS.configuration(trustRoots: egress.settings.trustRoots)
        self.pool = IdlePool(most: limits.keptConnections, limit: limits.idle) { $0.close() }
    }

    /// Sends the request once. `attempt` counts from 1 and rotates through the addresses of a name with several, so that
    /// a dead one does not come first every time.
    public func send(_ request: EgressRequest, attempt: Int = 1) async -> EgressOutcome {
        let deadline = NIODeadline.now() + limits.total.timeAmount
        let addresses: [IPAddress]
        do {
            addresses = try await egress.vet(request.url)
        } catch {
            switch error {
            case .refused(let reason): return .refused(reason)
            case .unresolved(let reason): return .unreachable(reason)
            }
        }
        let start = max(0, attempt - 1) % addresses.count
        var outcome = EgressOutcome.unreachable("no address was tried")
        for address in (addresses[start...] + addresses[..<start]).prefix(limits.addresses) {
            outcome = await send(request, to: address, deadline: deadline)
            // Only where nothing was sent may the next address get the request: otherwise two servers might act on it.
            guard case .unreachable = outcome, !Task.isCancelled, NIODeadline.now() < deadline else { return outcome }
        }
        return outcome
    }

    private func send(_ request: EgressRequest, to address: IPAddress, deadline: NIODeadline) async -> EgressOutcome {
        let destination = PinnedDestination(request.url, address)
        if let kept = pool.take(where: { $0.destination == destination }) {
            switch await carry(request, over: kept, deadline: deadline) {
            case .ended(let outcome): return outcome
            // A server may end an idle connection just when a request is sent on it (RFC 9112 §9.3.1). That says nothing
            // about the message, and whoever is to be woken should not wait for the outbox's next turn.
            case .cutOff(let reason):
                switch await sendAnew(request, to: destination, deadline: deadline) {
                // The first sending may have arrived.
                case .unreachable: return .lost(reason)
                case .answered(let answer): return .answered(answer)
                case .refused(let reason): return .refused(reason)
                case .lost(let reason): return .lost(reason)
                }
            }
        }
        return await sendAnew(request, to: destination, deadline: deadline)
    }

    private func sendAnew(
        _ request: EgressRequest, to destination: PinnedDestination, deadline: NIODeadline
    ) async -> EgressOutcome {
        let client = PinnedClient(destination, egress: egress, tls: tls, limits: limits)
        switch await carry(request, over: client, deadline: deadline) {
        case .ended(let outcome): return outcome
        case .cutOff(let reason): return .lost(reason)
        }
    }

    private func carry(
        _ request: EgressRequest, over client: PinnedClient, deadline: NIODeadline
    ) async -> PinnedClient.Result {
        let result = await client.send(request, deadline: deadline)
        if client.isFitForMore { pool.keep(client) } else { client.close() }
        return result
    }
}

extension Duration {
    var timeAmount: TimeAmount { .microseconds(wholeMicroseconds) }
}

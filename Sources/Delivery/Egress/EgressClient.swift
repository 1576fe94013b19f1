import AsyncHTTPClient
import Chronology
import NIOCore
import NIOPosix
import NIOSSL
import Notation
import Synchronization

/// A request to a web address that somebody typed.
public struct EgressRequest: Sendable {
    public enum Method: Sendable {
        case get, post
    }

    public var method: Method
    public var url: EgressURL
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// Whether the body of the answer is wanted. Without it the result does not wait for the body's end.
    public var wantsBody: Bool

    public init(
        method: Method, url: EgressURL, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        wantsBody: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.wantsBody = wantsBody
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

    public init() {}
}

/// The one client for web addresses that came from outside. Each request vets the address, connects to what was vetted and
/// to nothing else, and compares the far end once more before a byte is sent (S40, S41, S62). No proxy is taken from the
/// environment, nothing is decompressed, no cookie or connection outlives a request.
public struct EgressClient: Sendable {
    public let egress: EgressGuard
    private let tls: TLSConfiguration
    private let limits: EgressLimits

    public init(_ egress: EgressGuard, limits: EgressLimits = EgressLimits()) throws(InputFault) {
        self.egress = egress
        self.limits = limits
        self.tls = try OutboundTLS.configuration(trustRoots: egress.settings.trustRoots)
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
        let connection = Connection(address: address)
        let client = HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
            configuration: configuration(for: request.url, connection))
        let outcome: EgressOutcome
        do {
            let response = try await client.execute(clientRequest(request), deadline: deadline)
            outcome = await read(response, wantsBody: request.wantsBody)
        } catch {
            outcome = connection.outcome(of: error)
        }
        // Losing the error is right: the request is over, and shutting down can only complain that it was cut short.
        try? await client.shutdown()
        return outcome
    }

    private func configuration(for url: EgressURL, _ connection: Connection) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(
                connect: limits.connect.timeAmount, read: limits.read.timeAmount, write: limits.read.timeAmount),
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.proxy = nil
        // One try a request: trying again is the outbox's work, and it counts.
        configuration.connectionPool.retryConnectionEstablishment = false
        if case .name(let name) = url.host { configuration.dnsOverride = [name: "\(connection.address)"] }
        let port = url.port
        configuration.http1_1ConnectionDebugInitializer = { [egress] channel in
            // Runs when the connection and its TLS stand, and before the request is written.
            // Without an address the far end has already gone.
            guard let peer = channel.remoteAddress.flatMap({ IPAddress($0) }) else {
                return channel.eventLoop.makeFailedFuture(ChannelError.eof)
            }
            guard peer == connection.address, egress.refusal(of: peer, port: port) == nil else {
                connection.came(to: .wrongPeer)
                return channel.close().flatMapThrowing { throw Unwanted() }
            }
            guard case .name(let name) = url.host, url.scheme == .https else {
                connection.came(to: .open)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            return channel.nioSSL_peerCertificate().flatMap { certificate in
                guard let certificate, OutboundTLS.isIssued(certificate, for: name) else {
                    connection.came(to: .wrongCertificate)
                    return channel.close().flatMapThrowing { throw Unwanted() }
                }
                connection.came(to: .open)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
        }
        return configuration
    }

    private func clientRequest(_ request: EgressRequest) -> HTTPClientRequest {
        var outgoing = HTTPClientRequest(url: request.url.text)
        outgoing.method = request.method == .post ? .POST : .GET
        for header in request.headers { outgoing.headers.add(name: header.name, value: header.value) }
        outgoing.headers.replaceOrAdd(name: "Connection", value: "close")
        if request.method == .post { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }
        return outgoing
    }

    private func read(_ response: HTTPClientResponse, wantsBody: Bool) async -> EgressOutcome {
        let headers = response.headers.map { (name: $0.name, value: $0.value) }
        let status = Int(response.status.code)
        let stream = response.body
        let cap = limits.bodyBytes
        guard wantsBody else {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    // Losing the error is right: the status has come, and only it counts.
                    _ = try? await stream.collect(upTo: cap)
                }
                group.addTask { [limits] in
                    // Losing the error is right: a sleep fails only when it is no longer needed.
                    try? await Task.sleep(for: limits.unwantedBody)
                }
                await group.next()
                group.cancelAll()
            }
            return .answered(EgressAnswer(status: status, headers: headers, body: []))
        }
        do {
            let body = try await stream.collect(upTo: cap)
            return .answered(EgressAnswer(status: status, headers: headers, body: Array(body.readableBytesView)))
        } catch is NIOTooManyBytesError {
            return .lost("the answer is longer than \(cap) bytes")
        } catch {
            return .lost("the answer broke off")
        }
    }

    private struct Unwanted: Error {}

    /// How far the one connection of a request came.
    private final class Connection: Sendable {
        enum Progress {
            case connecting, wrongPeer, wrongCertificate, open
        }

        let address: IPAddress
        private let progress = Mutex(Progress.connecting)

        init(address: IPAddress) {
            self.address = address
        }

        func came(to stage: Progress) { progress.withLock { $0 = stage } }

        func outcome(of error: any Error) -> EgressOutcome {
            switch progress.withLock({ $0 }) {
            case .wrongPeer: .refused("the connection led to another address than the one that was checked")
            case .wrongCertificate: .unreachable("\(address): \(OutboundTLS.notIssued)")
            case .connecting: .unreachable("\(address): \(Self.describe(error, isOpen: false))")
            case .open: .lost("\(address): \(Self.describe(error, isOpen: true))")
            }
        }

        private static func describe(_ error: any Error, isOpen: Bool) -> String {
            if error is CancellationError { return "the attempt was called off" }
            guard let error = error as? HTTPClientError else {
                return OutboundTLS.describe(error)
            }
            switch error {
            case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout: return "no connection in time"
            case .readTimeout, .writeTimeout, .deadlineExceeded:
                return isOpen ? "no answer in time" : "no connection in time"
            case .remoteConnectionClosed, .uncleanShutdown: return "the connection was closed without an answer"
            case .cancelled: return "the attempt was called off"
            default: return error.shortDescription.lowercased()
            }
        }
    }
}

extension Duration {
    var timeAmount: TimeAmount { .microseconds(wholeMicroseconds) }
}

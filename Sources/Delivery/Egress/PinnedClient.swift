import AsyncHTTPClient
import Chronology
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Where a connection leads: to a host as it was written, at the address that was vetted for it.
struct PinnedDestination: Hashable, Sendable {
    let scheme: EgressURL.Scheme
    let host: EgressURL.Host
    let port: Int
    let address: IPAddress

    init(_ url: EgressURL, _ address: IPAddress) {
        scheme = url.scheme
        host = url.host
        port = url.port
        self.address = address
    }
}

/// A client with one connection at most, to one vetted address. It carries one request after another, never two at once; a
/// connection that has ended is followed by a new one to the same address, which is checked like the first.
final class PinnedClient: Sendable {
    /// How the sending of one request ended.
    enum Result: Sendable {
        case ended(EgressOutcome)
        /// The connection had carried a request before, and its server ended it before a word of this one's answer came.
        case cutOff(String)
    }

    let destination: PinnedDestination
    private let client: HTTPClient
    private let connection: Connection
    private let limits: EgressLimits

    init(_ destination: PinnedDestination, egress: EgressGuard, tls: TLSConfiguration, limits: EgressLimits) {
        self.destination = destination
        self.limits = limits
        let connection = Connection(destination.address)
        self.connection = connection
        client = HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
            configuration: Self.configuration(for: destination, connection, egress, tls, limits))
    }

    /// Whether another request can be sent on the same connection: the last one was answered, to the end of its body.
    var isFitForMore: Bool { connection.isFitForMore }

    func send(_ request: EgressRequest, deadline: NIODeadline) async -> Result {
        connection.begin()
        do {
            let response = try await client.execute(Self.clientRequest(request), deadline: deadline)
            return .ended(await read(response, of: request))
        } catch {
            return connection.result(of: error)
        }
    }

    /// Ends the connection. To be called once, after the last request.
    func close() {
        // Losing the error is right: the requests are over, and shutting down can only complain that one was cut short.
        client.shutdown().whenComplete { _ in }
    }

    private static func configuration(
        for destination: PinnedDestination, _ connection: Connection, _ egress: EgressGuard, _ tls: TLSConfiguration,
        _ limits: EgressLimits
    ) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(
                connect: limits.connect.timeAmount, read: limits.read.timeAmount, write: limits.read.timeAmount),
            connectionPool: .init(
                idleTimeout: limits.idle.timeAmount, concurrentHTTP1ConnectionsPerHostSoftLimit: 1),
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.proxy = nil
        // One try a request: trying again is the outbox's work, and it counts.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.maximumUsesPerConnection = limits.requestsPerConnection
        if case .name(let name) = destination.host { configuration.dnsOverride = [name: "\(destination.address)"] }
        configuration.http1_1ConnectionDebugInitializer = { channel in
            // Runs when the connection and its TLS stand, and before a request is written.
            // Without an address the far end has already gone.
            guard let peer = channel.remoteAddress.flatMap({ IPAddress($0) }) else {
                return channel.eventLoop.makeFailedFuture(ChannelError.eof)
            }
            guard peer == destination.address, egress.refusal(of: peer, port: destination.port) == nil else {
                connection.came(to: .wrongPeer)
                return channel.close().flatMapThrowing { throw Unwanted() }
            }
            channel.closeFuture.whenComplete { _ in connection.closed() }
            guard case .name(let name) = destination.host, destination.scheme == .https else {
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

    private static func clientRequest(_ request: EgressRequest) -> HTTPClientRequest {
        var outgoing = HTTPClientRequest(url: request.url.text)
        switch request.method {
        case .get: outgoing.method = .GET
        case .post: outgoing.method = .POST
        case .put: outgoing.method = .PUT
        }
        for header in request.headers { outgoing.headers.add(name: header.name, value: header.value) }
        if request.method != .get { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }
        return outgoing
    }

    private func read(_ response: HTTPClientResponse, of request: EgressRequest) async -> EgressOutcome {
        let headers = response.headers.map { (name: $0.name, value: $0.value) }
        let status = Int(response.status.code)
        let stream = response.body
        let cap = limits.bodyBytes
        guard request.wantsBody else {
            let isWhole = await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    // Losing the error is right: the status has come, and only it counts.
                    (try? await stream.collect(upTo: cap)) != nil
                }
                group.addTask { [limits] in
                    // Losing the error is right: a sleep fails only when it is no longer needed.
                    try? await Task.sleep(for: limits.unwantedBody)
                    return false
                }
                let isWhole = await group.next() ?? false
                group.cancelAll()
                return isWhole
            }
            if isWhole { connection.wasAnswered() }
            return .answered(EgressAnswer(status: status, headers: headers, body: []))
        }
        do {
            if let most = request.beginning {
                let (body, isWhole) = try await Self.beginning(of: stream, atMost: most)
                // A connection with the rest of a body in it carries nothing more.
                if isWhole { connection.wasAnswered() }
                return .answered(EgressAnswer(status: status, headers: headers, body: body, isWhole: isWhole))
            }
            let body = try await stream.collect(upTo: cap)
            connection.wasAnswered()
            return .answered(EgressAnswer(status: status, headers: headers, body: Array(body.readableBytesView)))
        } catch is NIOTooManyBytesError {
            return .lost("the answer is longer than \(cap) bytes")
        } catch {
            return .lost("the answer broke off")
        }
    }

    private static func beginning(
        of stream: HTTPClientResponse.Body, atMost most: Int
    ) async throws -> (body: [UInt8], isWhole: Bool) {
        var body: [UInt8] = []
        for try await part in stream {
            let room = most - body.count
            body += part.readableBytesView.prefix(room)
            if part.readableBytes > room { return (body, false) }
        }
        return (body, true)
    }

    private struct Unwanted: Error {}

    /// How far the one connection came, seen from the request that is under way.
    private final class Connection: Sendable {
        enum Progress {
            case connecting, wrongPeer, wrongCertificate, open
        }

        private struct State {
            var progress = Progress.connecting
            var isOpen = false
            /// Whether the request under way began on a connection that an earlier one had used, and is still on it.
            var isReused = false
            var isFitForMore = false
        }

        private let address: IPAddress
        private let state = Mutex(State())

        init(_ address: IPAddress) {
            self.address = address
        }

        var isFitForMore: Bool { state.withLock { $0.isFitForMore } }

        func begin() {
            state.withLock { state in
                state.progress = state.isOpen ? .open : .connecting
                state.isReused = state.isOpen
                state.isFitForMore = false
            }
        }

        func came(to stage: Progress) {
            state.withLock { state in
                state.progress = stage
                state.isOpen = stage == .open
                state.isReused = false
            }
        }

        func closed() { state.withLock { $0.isOpen = false } }

        func wasAnswered() { state.withLock { $0.isFitForMore = true } }

        func result(of error: any Error) -> Result {
            let state = state.withLock { $0 }
            switch state.progress {
            case .wrongPeer:
                return .ended(.refused("the connection led to another address than the one that was checked"))
            case .wrongCertificate: return .ended(.unreachable("\(address): \(OutboundTLS.notIssued)"))
            case .connecting: return .ended(.unreachable("\(address): \(Self.describe(error, isOpen: false))"))
            case .open:
                let reason = "\(address): \(Self.describe(error, isOpen: true))"
                return state.isReused && Self.isClosing(error) ? .cutOff(reason) : .ended(.lost(reason))
            }
        }

        /// Whether the error is that the far end went away, and not that time ran out or that nobody waits any more.
        private static func isClosing(_ error: any Error) -> Bool {
            if let error = error as? HTTPClientError { return error == .remoteConnectionClosed }
            return error is IOError || error is ChannelError
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

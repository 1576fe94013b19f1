import Chronology
import NIOCore
import NIOPosix
import NIOSSL

/// One connection to a mail server, on which a command is sent and its reply awaited, one at a time.
///
/// Every exchange has a limit, and so has the whole; when one passes, the connection is closed and every later exchange
/// fails at once with the same reason.
struct SMTPConnection: Sendable {
    /// Why no reply came.
    struct Broken: Error {
        let reason: String
        /// Whether everything that was to be sent had been handed to the network by then.
        let wasSent: Bool
    }

    private let channel: any NIOCore.Channel
    private let handler: NIOLoopBound<SMTPReplyHandler>

    /// Connects; with `tls`, that is the first thing spoken. Fails with `Broken`.
    static func open(to address: IPAddress, port: Int, tls: SMTPSecurity?, timeouts: SMTPTimeouts) async throws -> Self
    {
        do {
            let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(timeouts.connect.timeAmount)
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
            let connection = try await bootstrap.connect(to: SocketAddress(ipAddress: "\(address)", port: port)) {
                channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(tls.makeHandler()) }
                    let handler = SMTPReplyHandler()
                    try channel.pipeline.syncOperations.addHandler(handler)
                    handler.limit(to: timeouts.total, on: channel.eventLoop)
                    return Self(channel: channel, handler: NIOLoopBound(handler, eventLoop: channel.eventLoop))
                }
            }
            // The same comparison as for the web: what was connected to is what was resolved.
            // Without an address the far end has already gone, and the greeting will not come.
            if let peer = connection.channel.remoteAddress, IPAddress(peer) != address {
                connection.drop("the connection led to another address")
                throw Broken(reason: "the connection led to another address", wasSent: false)
            }
            return connection
        } catch let broken as Broken {
            throw broken
        } catch ChannelError.connectTimeout {
            throw Broken(reason: "no connection within \(timeouts.connect)", wasSent: false)
        } catch {
            throw Broken(reason: OutboundTLS.describe(error), wasSent: false)
        }
    }

    /// The reply that the server gives unasked when a connection begins.
    func greeting(within limit: Duration) async throws(Broken) -> SMTPReply { try await exchange([], within: limit) }

    /// Sends a line and awaits its reply. `LineText` cannot hold a line break, so this is one command.
    func command(_ line: LineText, within limit: Duration) async throws(Broken) -> SMTPReply {
        try await exchange(Array("\(line)\r\n".utf8), within: limit)
    }

    /// Sends bytes as they are (nothing, when empty) and awaits one reply.
    func exchange(_ bytes: [UInt8], within limit: Duration) async throws(Broken) -> SMTPReply {
        let future = channel.eventLoop.flatSubmit { [channel, handler] in
            let (reply, isDue) = handler.value.awaitReply(within: limit, on: channel.eventLoop)
            // A connection that is over, or a server that already said that it is closing, is sent nothing more.
            guard isDue, !bytes.isEmpty else { return reply }
            let written = channel.writeAndFlush(ByteBuffer(bytes: bytes))
            written.assumeIsolated().whenComplete { result in
                switch result {
                case .success: handler.value.wasSent = true
                case .failure(let error): handler.value.fail(OutboundTLS.describe(error))
                }
            }
            return reply
        }
        do {
            return try await future.get()
        } catch {
            guard let broken = error as? Broken else {
                throw Broken(reason: OutboundTLS.describe(error), wasSent: false)
            }
            throw broken
        }
    }

    /// Starts TLS on the open connection. What the server may have sent in the clear after agreeing is not taken for an
    /// answer given under TLS: the connection is given up (the flaw known as STARTTLS response injection).
    func startTLS(_ tls: SMTPSecurity) async throws(Broken) {
        let future = channel.eventLoop.submit { [channel, handler] in
            if let reason = handler.value.disturbance {
                handler.value.fail(reason)
                throw Broken(reason: reason, wasSent: false)
            }
            try channel.pipeline.syncOperations.addHandler(tls.makeHandler(), position: .first)
        }
        do {
            try await future.get()
        } catch {
            throw error as? Broken ?? Broken(reason: OutboundTLS.describe(error), wasSent: false)
        }
    }

    /// Makes sure that the certificate shown is the host's own. Asked once TLS stands, before anything worth having is
    /// sent.
    func checkCertificate(_ tls: SMTPSecurity) async throws(Broken) {
        guard IPAddress(tls.host) == nil else { return }
        let certificate: NIOSSLCertificate?
        do {
            certificate = try await channel.nioSSL_peerCertificate().get()
        } catch {
            throw Broken(reason: OutboundTLS.describe(error), wasSent: false)
        }
        guard let certificate, OutboundTLS.isIssued(certificate, for: tls.host) else {
            throw Broken(reason: OutboundTLS.notIssued, wasSent: false)
        }
    }

    /// Gives the connection that long from now on, whatever it was given before.
    func limit(to total: Duration) {
        channel.eventLoop.execute { [channel, handler] in handler.value.limit(to: total, on: channel.eventLoop) }
    }

    /// Says QUIT and closes when the server has answered, or a little later. Nobody waits for it.
    func quit() {
        channel.eventLoop.execute { [channel, handler] in
            handler.value.isLeaving = true
            channel.writeAndFlush(ByteBuffer(string: "QUIT\r\n"), promise: nil)
            channel.eventLoop.scheduleTask(in: Self.farewell) { channel.close(promise: nil) }
        }
    }

    /// Closes at once. An exchange under way fails.
    func drop(_ reason: String) {
        channel.eventLoop.execute { [handler] in handler.value.fail(reason) }
    }

    /// How long a server that does not answer QUIT keeps its connection.
    private static let farewell = TimeAmount.seconds(2)
}

/// TLS towards one mail server.
struct SMTPSecurity: Sendable {
    let context: NIOSSLContext
    let host: String

    func makeHandler() throws -> NIOSSLClientHandler {
        // An address has no server name to send; the certificate is then compared with the address of the peer.
        try NIOSSLClientHandler(context: context, serverHostname: IPAddress(host) == nil ? host : nil)
    }
}

/// Hands each reply to the exchange that waits for it.
private final class SMTPReplyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    var isLeaving = false
    var wasSent = false

    private var parser = SMTPReplyParser()
    /// What came before it was awaited: the greeting, or the 421 with which a server announces that it is going (RFC 5321
    /// §3.8). Any other reply without a command would be taken for the answer to the next one, and ends the connection.
    private var early: SMTPReply?
    private var wasGreeted = false
    private var waiting: (promise: EventLoopPromise<SMTPReply>, timer: Scheduled<Void>)?
    private var lifetime: Scheduled<Void>?
    private var failure: String?
    private var context: ChannelHandlerContext?

    /// Why TLS must not be started now.
    var disturbance: String? {
        if let failure { return failure }
        return parser.isInsideReply || early != nil ? Self.spokeUnasked : nil
    }

    private static let spokeUnasked = "the server spoke without being asked"

    /// Gives the connection up after that time. Forgotten when the connection ends before.
    func limit(to total: Duration, on loop: any EventLoop) {
        lifetime?.cancel()
        lifetime = loop.assumeIsolated().scheduleTask(in: total.timeAmount) {
            self.fail("the whole attempt took longer than \(total)")
        }
    }

    /// The next reply, and whether it is still to come.
    func awaitReply(
        within limit: Duration, on loop: any EventLoop
    ) -> (reply: EventLoopFuture<SMTPReply>, isDue: Bool) {
        precondition(waiting == nil, "a command is sent only after the reply to the one before")
        wasSent = false
        if let reply = early {
            early = nil
            return (loop.makeSucceededFuture(reply), false)
        }
        if let failure {
            return (loop.makeFailedFuture(SMTPConnection.Broken(reason: failure, wasSent: false)), false)
        }
        let promise = loop.makePromise(of: SMTPReply.self)
        let timer = loop.assumeIsolated().scheduleTask(in: limit.timeAmount) { self.fail("no reply within \(limit)") }
        waiting = (promise, timer)
        return (promise.futureResult, true)
    }

    /// Ends the connection. The first reason stands.
    func fail(_ reason: String) {
        guard failure == nil else { return }
        failure = reason
        if let (promise, timer) = waiting {
            waiting = nil
            timer.cancel()
            promise.fail(SMTPConnection.Broken(reason: reason, wasSent: wasSent))
        }
        context?.close(promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        lifetime?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isLeaving {
            context.close(promise: nil)
            return
        }
        let replies: [SMTPReply]
        do {
            replies = try parser.feed(unwrapInboundIn(data).readableBytesView)
        } catch {
            fail(error.reason)
            return
        }
        for reply in replies {
            if let (promise, timer) = waiting {
                waiting = nil
                timer.cancel()
                promise.succeed(reply)
            } else if early == nil, !wasGreeted || reply.code == 421 {
                early = reply
            } else {
                fail(Self.spokeUnasked)
            }
            wasGreeted = true
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail("the connection was closed")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(OutboundTLS.describe(error))
    }
}

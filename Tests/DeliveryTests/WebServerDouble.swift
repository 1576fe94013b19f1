import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A web server on loopback that does what it is told with every request, and keeps what it got.
final class WebServerDouble: Sendable {
    enum Behaviour: Sendable {
        /// These bytes, then the connection is closed.
        case answer(String)
        /// These bytes to every request, and the connection stays.
        case keep(String)
        /// These bytes to the first request of a connection; at the second one the connection is closed.
        case answerOnce(String)
        /// A head and a body that never ends: a byte at a time, for as long as somebody listens.
        case drip(String)
        /// A head that promises a body of that many bytes, which is sent as fast as it is taken.
        case flood(String, bytes: Int)
        case hang
        case resetAfterRequest
        case closeAfterRequest
        /// Before anything was read.
        case resetAtOnce
    }

    struct Request: Hashable, Sendable {
        let line: String
        let headers: [String: String]
        let body: String
    }

    let port: Int
    private let channel: any NIOCore.Channel
    private let log: Log

    final class Log: Sendable {
        private let state = Mutex((connections: 0, open: 0, requests: [Request]()))

        func connected() {
            state.withLock { state in
                state.connections += 1
                state.open += 1
            }
        }
        func closed() { state.withLock { $0.open -= 1 } }
        var open: Int { state.withLock { $0.open } }
        func received(_ request: Request) { state.withLock { $0.requests.append(request) } }
        var connections: Int { state.withLock { $0.connections } }
        var requests: [Request] { state.withLock { $0.requests } }
    }

    var connections: Int { log.connections }
    var requests: [Request] { log.requests }
    /// Connections that neither side has closed yet.
    var open: Int { log.open }

    init(
        _ behaviour: Behaviour, tls: NIOSSLContext? = nil, host: String = "127.0.0.1", port: Int = 0
    ) async throws {
        let log = Log()
        self.log = log
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    log.connected()
                    channel.closeFuture.whenComplete { _ in log.closed() }
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(Handler(behaviour, log))
                }
            }
            .bind(host: host, port: port).get()
        self.port = channel.localAddress?.port ?? 0
    }

    func stop() async throws { try await channel.close() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let behaviour: Behaviour
        private let log: Log
        private var received = ""
        private var count = 0

        init(_ behaviour: Behaviour, _ log: Log) {
            self.behaviour = behaviour
            self.log = log
        }

        func channelActive(context: ChannelHandlerContext) {
            if case .resetAtOnce = behaviour { Lingering.reset(context.channel) }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += String(buffer: unwrapInboundIn(data))
            guard let request = Self.parse(received) else { return }
            received = ""
            log.received(request)
            let channel = context.channel
            switch behaviour {
            case .answer(let text):
                channel.writeAndFlush(ByteBuffer(string: text)).whenComplete { _ in channel.close(promise: nil) }
            case .keep(let text):
                channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
            case .answerOnce(let text):
                count += 1
                if count == 1 {
                    channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
                } else {
                    channel.close(promise: nil)
                }
            case .drip(let head):
                channel.writeAndFlush(ByteBuffer(string: head), promise: nil)
                let task = channel.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(20)) { _ in
                    channel.writeAndFlush(ByteBuffer(string: "."), promise: nil)
                }
                channel.closeFuture.whenComplete { _ in task.cancel() }
            case .flood(let head, let bytes):
                channel.write(ByteBuffer(string: head), promise: nil)
                channel.writeAndFlush(ByteBuffer(repeating: 0x78, count: bytes), promise: nil)
            case .hang: break
            case .resetAfterRequest, .resetAtOnce: Lingering.reset(channel)
            case .closeAfterRequest: channel.close(promise: nil)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        /// The request, when all of it is there.
        private static func parse(_ text: String) -> Request? {
            guard let end = text.ranges(of: "\r\n\r\n").first else { return nil }
            let lines = text[..<end.lowerBound].split(separator: "\r\n").map(String.init)
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
                headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
            }
            let body = String(text[end.upperBound...])
            guard body.utf8.count >= headers["content-length"].flatMap({ Int($0) }) ?? 0 else { return nil }
            return Request(line: lines.first ?? "", headers: headers, body: body)
        }
    }
}

/// Closing so that the other side sees a reset.
enum Lingering {
    static func reset(_ channel: any NIOCore.Channel) {
        guard let socket = channel as? any SocketOptionProvider else {
            channel.close(promise: nil)
            return
        }
        socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
    }
}

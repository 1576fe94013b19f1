import Chronology
import Delivery
import NIOCore
import NIOPosix
import NIOSSL
import Notation
import Synchronization
import Testing

/// A vendor's interface on loopback that gives every request the same answer and keeps what it got, byte for byte. What
/// misbehaves is `WebServerDouble`.
final class ChatFarEnd: Sendable {
    struct Request: Sendable {
        let line: String
        let headers: [String: String]
        let body: [UInt8]

        var json: JSON {
            get throws { try JSON(parsing: body, limits: .stored) }
        }
    }

    let port: Int
    private let channel: any NIOCore.Channel
    private let log: Log

    private final class Log: Sendable {
        private let state = Mutex([Request]())
        var requests: [Request] { state.withLock { $0 } }
        func received(_ request: Request) { state.withLock { $0.append(request) } }
    }

    var requests: [Request] { log.requests }
    /// Of the only request there should be.
    var only: Request {
        get throws {
            try #require(requests.count == 1)
            return requests[0]
        }
    }

    init(
        _ status: Int = 200, _ body: String = "", headers: [String] = [], tls: NIOSSLContext? = nil
    ) async throws {
        let log = Log()
        self.log = log
        let lines = ["HTTP/1.1 \(status) X", "Content-Length: \(body.utf8.count)", "Connection: close"] + headers
        let answer = lines.joined(separator: "\r\n") + "\r\n\r\n" + body
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(Handler(answer, log))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    func stop() async throws { try await channel.close() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let answer: String
        private let log: Log
        private var received: [UInt8] = []

        init(_ answer: String, _ log: Log) {
            self.answer = answer
            self.log = log
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += Array(unwrapInboundIn(data).readableBytesView)
            guard let request = Self.parse(received) else { return }
            received = []
            log.received(request)
            let channel = context.channel
            channel.writeAndFlush(ByteBuffer(string: answer)).whenComplete { _ in channel.close(promise: nil) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        /// The request, when all of it is there.
        private static func parse(_ bytes: [UInt8]) -> Request? {
            guard let end = bytes.ranges(of: Array("\r\n\r\n".utf8)).first else { return nil }
            let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
            }
            let body = Array(bytes[end.upperBound...])
            guard body.count >= headers["content-length"].flatMap({ Int($0) }) ?? 0 else { return nil }
            return Request(line: lines.first.map(String.init) ?? "", headers: headers, body: body)
        }
    }
}

/// What the tests of chats have in common.
enum ChatLab {
    static let now = Instant(seconds: 1_731_705_121)
    static let created = Instant(microseconds: 1_731_705_100_250_000)
    static let acknowledgement = OutgoingMessage.Acknowledgement(
        link: "https://tocsin.example.com/ack/T0K", action: "https://tocsin.example.com/ack/T0K/now",
        reference: "dlv_01", code: "4711")
    static let callback = "https://tocsin.example.com/in/channels/chat/S3CRET"

    /// A page that can be taken, as the engine writes it.
    static func page(
        _ destination: String, _ account: ChannelAccount = ChannelAccount(),
        _ change: (inout OutgoingMessage) -> Void = { _ in }
    ) -> OutgoingMessage {
        var message = OutgoingMessage(
            id: "dlv_01", destination: destination, thread: "pag_01", subject: "[SEV1] INC-7 Disk full",
            text: "SEV1: Disk full\nService: db\n",
            links: [
                .init(label: "Acknowledge", address: "https://tocsin.example.com/ack/T0K"),
                .init(label: "Details", address: "https://tocsin.example.com/incidents/INC-7"),
                .init(label: "Runbook", address: "https://wiki.example.com/db_(disk)?a=1&b=2"),
            ],
            type: "page.opened", created: created, acknowledgement: acknowledgement, account: account)
        change(&message)
        return message
    }

    static func client(_ port: Int, trustingLab: Bool = false) throws -> EgressClient {
        var limits = EgressLimits()
        limits.read = .milliseconds(1_500)
        limits.total = .seconds(20)
        limits.unwantedBody = .milliseconds(100)
        let settings = EgressSettings(
            allowedNetworks: [try CIDR("127.0.0.0/8")], allowedPorts: [port],
            trustRoots: trustingLab ? LabAuthority.shared.root : nil)
        let resolver = StubResolver(["hooks.lab.example": [["127.0.0.1"]]])
        return try EgressClient(EgressGuard(settings: settings, resolver: resolver), limits: limits)
    }

    /// An attempt at a far end that misbehaves. `message` is given the far end's port.
    static func attempt(
        at behaviour: WebServerDouble.Behaviour, tls: NIOSSLContext? = nil,
        _ channel: (EgressClient) -> any Delivery.Channel, _ message: (Int) -> OutgoingMessage
    ) async throws -> AttemptResult {
        let server = try await WebServerDouble(behaviour, tls: tls)
        let result = await channel(try client(server.port, trustingLab: tls != nil)).attempt(
            message(server.port), now: now)
        try await server.stop()
        return result
    }

    static let broken: [(name: String, behaviour: WebServerDouble.Behaviour, reason: String)] = [
        ("hang", .hang, "127.0.0.1: no answer in time"),
        ("close", .closeAfterRequest, "127.0.0.1: the connection was closed without an answer"),
        ("reset", .resetAfterRequest, "127.0.0.1: the connection broke off"),
    ]

    /// An answer whose body ends before it should.
    static let truncated = WebServerDouble.Behaviour.answer(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"ok\":tr")

    /// Everything that a chat might take for markup, a mention, an end or an order.
    static let nasty =
        "<!channel> <@U1|x> @everyone a@b.example *b* _i_ ~s~ `c` [l](http://x) > q # h | \\ & \"q\" 'a' \u{202e}r"

    static func call(
        _ path: String, body: [UInt8], headers: [(name: String, value: String)] = [],
        account: ChannelAccount = ChannelAccount(), now: Instant = now
    ) -> InboundCall {
        InboundCall(
            method: "POST", url: "\(callback)/\(path)", path: path, headers: headers, body: body, account: account,
            now: now)
    }
}

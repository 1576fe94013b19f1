import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A mail server on loopback that keeps to RFC 5321 except where its script says otherwise.
final class MailServerDouble: Sendable {
    enum Step: Hashable, Sendable, CaseIterable {
        case greeting, hello, startTLS, handshake, helloUnderTLS, signIn, sender, recipient, data, message, reset
    }

    enum Fault: Hashable, Sendable {
        /// This line instead of the usual one.
        case says(String)
        case hangs
        case resets
        case closes
    }

    struct Script: Sendable {
        var faults: [Step: Fault] = [:]
        /// Recipients that are answered in another way than the rest.
        var recipients: [String: String] = [:]
        var offersStartTLS = true
        var abilities = ["8BITMIME", "AUTH PLAIN LOGIN"]
        var certificate = LabAuthority.Certificate.good
        /// TLS from the first byte.
        var isImplicitTLS = false
        /// What is sent in the same packet as the agreement to STARTTLS.
        var injection = ""
    }

    /// A line that was received, and whether TLS covered it.
    struct Line: Hashable, Sendable {
        let text: String
        let isUnderTLS: Bool
    }

    final class Log: Sendable {
        private let state = Mutex((lines: [Line](), messages: [String]()))

        func received(_ line: Line) { state.withLock { $0.lines.append(line) } }
        func accepted(_ message: String) { state.withLock { $0.messages.append(message) } }
        var lines: [Line] { state.withLock { $0.lines } }
        var messages: [String] { state.withLock { $0.messages } }
    }

    let port: Int
    private let channel: any NIOCore.Channel
    private let log: Log

    /// Every line except those of messages.
    var lines: [Line] { log.lines }
    /// Messages as they were sent, dots unstuffed.
    var messages: [String] { log.messages }

    init(_ script: Script = Script()) async throws {
        let log = Log()
        self.log = log
        let context = try LabAuthority.shared.serverContext(script.certificate)
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if script.isImplicitTLS {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try channel.pipeline.syncOperations.addHandler(Handler(script, log, context))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    func stop() async throws { try await channel.close() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private enum State {
            case commands, message
            case passwordPrompts(Int)
        }

        private let script: Script
        private let log: Log
        private let context: NIOSSLContext
        private var isUnderTLS: Bool
        private var state = State.commands
        private var pending: [UInt8] = []
        private var message: [UInt8] = []

        init(_ script: Script, _ log: Log, _ context: NIOSSLContext) {
            self.script = script
            self.log = log
            self.context = context
            isUnderTLS = script.isImplicitTLS
        }

        func channelActive(context: ChannelHandlerContext) {
            answer(.greeting, "220 relay.lab.example ready", context)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            for byte in unwrapInboundIn(data).readableBytesView {
                pending.append(byte)
                guard byte == 0x0a else { continue }
                let line = pending
                pending = []
                handle(line, context)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        private func handle(_ raw: [UInt8], _ context: ChannelHandlerContext) {
            if case .message = state {
                guard raw != Array(".\r\n".utf8) else {
                    state = .commands
                    if script.faults[.message] == nil { log.accepted(String(decoding: message, as: UTF8.self)) }
                    message = []
                    answer(.message, "250 2.0.0 taken as 4711", context)
                    return
                }
                message += raw.first == UInt8(ascii: ".") ? Array(raw.dropFirst()) : raw
                return
            }
            let text = String(decoding: raw.dropLast(2), as: UTF8.self)
            log.received(Line(text: text, isUnderTLS: isUnderTLS))
            if case .passwordPrompts(let left) = state {
                state = left > 1 ? .passwordPrompts(left - 1) : .commands
                answer(.signIn, left > 1 ? "334 UGFzc3dvcmQ6" : "235 2.7.0 welcome", context)
                return
            }
            switch text.split(separator: " ").first.map({ $0.uppercased() }) {
            case "EHLO": answer(isUnderTLS ? .helloUnderTLS : .hello, greetingList, context)
            case "STARTTLS": startTLS(context)
            case "AUTH" where text == "AUTH LOGIN":
                state = .passwordPrompts(2)
                answer(.signIn, "334 VXNlcm5hbWU6", context)
            case "AUTH": answer(.signIn, "235 2.7.0 welcome", context)
            case "MAIL": answer(.sender, "250 2.1.0 fine", context)
            case "RCPT":
                let other = script.recipients.first { text.contains("<\($0.key)>") }?.value
                answer(.recipient, other ?? "250 2.1.5 fine", context)
            case "DATA":
                if script.faults[.data] == nil { state = .message }
                answer(.data, "354 go on", context)
            case "RSET": answer(.reset, "250 2.0.0 forgotten", context)
            case "QUIT":
                say("221 bye", context)
                context.close(promise: nil)
            default: say("500 what", context)
            }
        }

        private var greetingList: String {
            var lines = ["relay.lab.example"] + script.abilities
            if script.offersStartTLS, !isUnderTLS { lines.append("STARTTLS") }
            return lines.enumerated()
                .map { "250\($0.offset == lines.count - 1 ? " " : "-")\($0.element)" }.joined(separator: "\r\n")
        }

        private func startTLS(_ context: ChannelHandlerContext) {
            if script.faults[.startTLS] != nil {
                answer(.startTLS, "", context)
                return
            }
            let channel = context.channel
            say("220 go ahead\(script.injection)", context)
            switch script.faults[.handshake] {
            case .says(let text):
                say(text, context)
                return
            case .hangs: return
            case .resets: return Lingering.reset(channel)
            case .closes: return channel.close(promise: nil)
            case nil: break
            }
            do {
                try channel.pipeline.syncOperations.addHandler(
                    NIOSSLServerHandler(context: self.context), position: .first)
                isUnderTLS = true
            } catch {
                channel.close(promise: nil)
            }
        }

        private func answer(_ step: Step, _ usual: String, _ context: ChannelHandlerContext) {
            switch script.faults[step] {
            case nil: say(usual, context)
            case .says(let text): say(text, context)
            case .hangs: break
            case .resets: Lingering.reset(context.channel)
            case .closes: context.close(promise: nil)
            }
        }

        private func say(_ text: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(NIOAny(ByteBuffer(string: text + "\r\n")), promise: nil)
        }
    }
}

import Chronology
import Delivery
import Notation
import Testing

/// Connections that are used for several messages, and what must hold of each message all the same (S40).
@Suite(.serialized) struct KeptConnectionTests {
    private static let fine = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    private static let accepted = AttemptResult.accepted(detail: "HTTP 200", receipt: nil)

    private static func message(_ address: String, id: String = "dlv_01") -> OutgoingMessage {
        OutgoingMessage(
            id: id, destination: address, thread: "pag_01", subject: "Disk full", text: "db-1 is full",
            type: "page.opened", created: .epoch, secrets: [Secret("whsec_plJ3nmyCDGBKInavdOK15jsl")])
    }

    private static func channel(
        _ ports: Set<Int>, _ resolver: StubResolver = StubResolver([:]), network: String = "127.0.0.0/8",
        adjust: (inout EgressLimits) -> Void = { _ in }
    ) throws -> WebhookChannel {
        var limits = EgressLimits()
        // Long enough for a machine under load to send the next message in.
        limits.idle = .seconds(60)
        adjust(&limits)
        let settings = EgressSettings(allowedNetworks: [try CIDR(network)], allowedPorts: ports)
        return WebhookChannel(try EgressClient(EgressGuard(settings: settings, resolver: resolver), limits: limits))
    }

    @Test func `messages to one server go over one connection, one after another`() async throws {
        let server = try await WebServerDouble(.keep(Self.fine))
        let channel = try Self.channel([server.port])
        for number in 1...5 {
            // Two addresses of one server: the connection leads to the server, not to the address.
            let address = "http://127.0.0.1:\(server.port)/\(number % 2)"
            #expect(await channel.attempt(Self.message(address, id: "dlv_\(number)"), now: .epoch) == Self.accepted)
        }
        #expect(server.connections == 1)
        #expect(server.requests.map { $0.headers["webhook-id"] } == (1...5).map { "dlv_\($0)" })
        try await server.stop()
    }

    @Test func `messages at the same time have connections of their own`() async throws {
        let server = try await WebServerDouble(.hang)
        let channel = try Self.channel([server.port])
        let tasks = (1...4).map { number in
            Task {
                await channel.attempt(
                    Self.message("http://127.0.0.1:\(server.port)/", id: "dlv_\(number)"), now: .epoch)
            }
        }
        while server.requests.count < 4 { await Task.yield() }
        #expect(server.connections == 4)
        for task in tasks { task.cancel() }
        for task in tasks { _ = await task.value }
        try await server.stop()
    }

    @Test func `a name that moves is followed at the next message, whatever is kept`() async throws {
        let before = try await WebServerDouble(.keep(Self.fine))
        let after = try await WebServerDouble(.keep(Self.fine), host: "127.0.0.2", port: before.port)
        let resolver = StubResolver(["moves.example": [["127.0.0.1"], ["127.0.0.1"], ["127.0.0.2"]]])
        let channel = try Self.channel([before.port], resolver)
        let message = Self.message("http://moves.example:\(before.port)/")
        for _ in 1...3 { #expect(await channel.attempt(message, now: .epoch) == Self.accepted) }
        #expect(resolver.asked == Array(repeating: "moves.example", count: 3))
        #expect([before.connections, before.requests.count] == [1, 2])
        #expect([after.connections, after.requests.count] == [1, 1])
        try await before.stop()
        try await after.stop()
    }

    @Test func `a name that moves inside is refused although a connection to where it was is kept`() async throws {
        let server = try await WebServerDouble(.keep(Self.fine))
        let inside = try await WebServerDouble(.keep(Self.fine), host: "127.0.0.2", port: server.port)
        let resolver = StubResolver(["moves.example": [["127.0.0.1"], ["127.0.0.2"], ["127.0.0.1", "127.0.0.2"]]])
        let channel = try Self.channel([server.port], resolver, network: "127.0.0.1/32")
        let message = Self.message("http://moves.example:\(server.port)/")
        let refused = AttemptResult.permanent(
            reason: "moves.example: 127.0.0.2 is not on the public internet (this host)", by: .tocsin)
        #expect(await channel.attempt(message, now: .epoch) == Self.accepted)
        #expect(await channel.attempt(message, now: .epoch) == refused)
        #expect(await channel.attempt(message, now: .epoch) == refused)
        #expect([server.requests.count, inside.connections] == [1, 0])
        try await server.stop()
        try await inside.stop()
    }

    @Test func `a redirection on a kept connection is not followed`() async throws {
        let target = try await WebServerDouble(.keep(Self.fine))
        let server = try await WebServerDouble(
            .keep("HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:\(target.port)/\r\nContent-Length: 0\r\n\r\n"))
        let channel = try Self.channel([server.port, target.port])
        // The way to the target stands open.
        let direct = Self.message("http://127.0.0.1:\(target.port)/")
        #expect(await channel.attempt(direct, now: .epoch) == Self.accepted)
        for _ in 1...2 {
            #expect(
                await channel.attempt(Self.message("http://127.0.0.1:\(server.port)/"), now: .epoch)
                    == .permanent(reason: "HTTP 307: redirects are not followed"))
        }
        #expect([server.connections, target.requests.count] == [1, 1])
        try await server.stop()
        try await target.stop()
    }

    @Test func `a message that meets the end of a kept connection goes over a new one at once`() async throws {
        let server = try await WebServerDouble(.answerOnce(Self.fine))
        let channel = try Self.channel([server.port])
        let address = "http://127.0.0.1:\(server.port)/"
        for id in ["dlv_1", "dlv_2"] {
            #expect(await channel.attempt(Self.message(address, id: id), now: .epoch) == Self.accepted)
        }
        #expect(server.connections == 2)
        // The receiver can tell the repeat by its id.
        #expect(server.requests.map { $0.headers["webhook-id"] } == ["dlv_1", "dlv_2", "dlv_2"])
        #expect(server.requests[1] == server.requests[2])
        try await server.stop()
    }

    @Test func `where no new connection comes about after that, the message is in doubt`() async throws {
        let server = try await WebServerDouble(.answerOnce(Self.fine))
        let channel = try Self.channel([server.port])
        let message = Self.message("http://127.0.0.1:\(server.port)/")
        #expect(await channel.attempt(message, now: .epoch) == Self.accepted)
        try await server.stop()
        #expect(
            await channel.attempt(message, now: .epoch)
                == .unknown(reason: "127.0.0.1: the connection was closed without an answer"))
    }

    @Test func `a connection that nothing is sent on is closed`() async throws {
        let server = try await WebServerDouble(.keep(Self.fine))
        let channel = try Self.channel([server.port]) { $0.idle = .milliseconds(100) }
        let message = Self.message("http://127.0.0.1:\(server.port)/")
        #expect(await channel.attempt(message, now: .epoch) == Self.accepted)
        while server.open > 0 { await Task.yield() }
        #expect(await channel.attempt(message, now: .epoch) == Self.accepted)
        #expect(server.connections == 2)
        try await server.stop()
    }

    @Test func `no more connections are kept than their bound, and none is used for ever`() async throws {
        let servers = try await [
            WebServerDouble(.keep(Self.fine)), WebServerDouble(.keep(Self.fine)), WebServerDouble(.keep(Self.fine)),
        ]
        let channel = try Self.channel(Set(servers.map(\.port))) { limits in
            limits.keptConnections = 2
            limits.requestsPerConnection = 3
        }
        for server in servers {
            let message = Self.message("http://127.0.0.1:\(server.port)/")
            #expect(await channel.attempt(message, now: .epoch) == Self.accepted)
        }
        // The one that was idle longest made room.
        while servers[0].open > 0 { await Task.yield() }
        let last = Self.message("http://127.0.0.1:\(servers[2].port)/")
        for _ in 2...7 { #expect(await channel.attempt(last, now: .epoch) == Self.accepted) }
        #expect(servers.map(\.connections) == [1, 1, 3])
        #expect(servers[1].open == 1)
        for server in servers { try await server.stop() }
    }

    @Test func `a connection whose answer was not read to its end is not used again`() async throws {
        let server = try await WebServerDouble(.drip("HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n"))
        let channel = try Self.channel([server.port]) { $0.unwantedBody = .milliseconds(50) }
        for _ in 1...2 {
            #expect(
                await channel.attempt(Self.message("http://127.0.0.1:\(server.port)/"), now: .epoch) == Self.accepted)
        }
        #expect(server.connections == 2)
        while server.open > 0 { await Task.yield() }
        try await server.stop()
    }
}

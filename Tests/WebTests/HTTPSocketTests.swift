import Chronology
import HTTPTypes
import HummingbirdTesting
import Identity
import Testing
import Web

/// What only a real connection shows: slow clients, broken requests, bodies without end.
@Suite struct HTTPSocketTests {
    private func exchange(_ port: Int?, _ pieces: [String], thenClose: Bool = false) async throws -> String {
        try await HTTPConnection(port: try #require(port)).exchange(pieces, thenClose: thenClose)
    }

    private func statuses(_ text: String) -> [String] {
        text.components(of: "HTTP/1.1 ").map { String($0.prefix(3)) }
    }

    private static let `public` = "GET /public HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    /// Deadlines that a test can wait for. What is sent at once still meets them, unless the machine is very busy: tests of
    /// anything else use the real ones.
    private func quick() -> HTTPLimits {
        var limits = HTTPLimits()
        limits.headerDeadline = .milliseconds(800)
        limits.bodyDeadline = .milliseconds(800)
        limits.idle = .milliseconds(800)
        return limits
    }

    @Test func `a connection whose headers do not come is closed (F18)`() async throws {
        let bench = try await HTTPBench(limits: quick())
        try await bench.application.test(.live) { client in
            let silent = try await exchange(client.port, [])
            let slow = try await exchange(client.port, ["GET /public HTTP/1.1\r\nHost: x\r\nX-Slow: "])
            #expect(silent == "" && slow == "")
        }
    }

    @Test func `a body that does not come in time is answered 408, and the connection closed (F18)`() async throws {
        // In operation, too, the body's deadline is the shorter one.
        var limits = quick()
        limits.idle = .seconds(5)
        let bench = try await HTTPBench(limits: limits)
        try await bench.application.test(.live) { client in
            let answer = try await exchange(
                client.port,
                [
                    "POST /in/k/generic HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n",
                    "{",
                ])
            #expect(statuses(answer) == ["408"])
            #expect(answer.lowercased().contains("connection: close") && answer.contains("urn:tocsin:problem:too-slow"))
        }
        #expect(bench.calls.all == [])
    }

    @Test func `a connection that is idle after an answer is closed`() async throws {
        let bench = try await HTTPBench(limits: quick())
        try await bench.application.test(.live) { client in
            let answer = try await exchange(client.port, ["GET /public HTTP/1.1\r\nHost: x\r\n\r\n"])
            #expect(statuses(answer) == ["200"])
        }
    }

    @Test func `requests one behind the other are answered in order`() async throws {
        let bench = try await HTTPBench(limits: quick())
        try await bench.application.test(.live) { client in
            let two = "GET /public HTTP/1.1\r\nHost: x\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"
            let answer = try await exchange(client.port, [two])
            #expect(statuses(answer) == ["200", "404"])
        }
    }

    @Test func `a body that announces too much, or never ends, is cut off with 413 (F19)`() async throws {
        let bench = try await HTTPBench()
        try await bench.application.test(.live) { client in
            let head = "POST /in/k/generic HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            let announced = try await exchange(client.port, [head + "Content-Length: 99999999\r\n\r\n"])
            #expect(statuses(announced) == ["413"])
            let chunk = "10000\r\n" + String(repeating: " ", count: 0x10000) + "\r\n"
            let pieces = [head + "Transfer-Encoding: chunked\r\n\r\n"] + Array(repeating: chunk, count: 40)
            let endless = try await exchange(client.port, pieces)
            #expect(statuses(endless).allSatisfy { $0 == "413" })
        }
        #expect(bench.calls.all == [])
    }

    @Test(arguments: [
        "GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /public HTTP/1.1\r\nBad Header: x\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}",
        "POST /in/k/generic HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        "POST /in/k/generic HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /in/k/generic HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /in/k/generic HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ])
    func `what is not HTTP is answered 400 or closed, and reaches no handler (S43)`(bytes: String) async throws {
        let bench = try await HTTPBench(limits: quick())
        try await bench.application.test(.live) { client in
            let answer = try await exchange(client.port, [bytes])
            #expect(statuses(answer).allSatisfy { $0 == "400" || $0 == "404" })
            // And the server is still there.
            let next = try await exchange(client.port, [Self.public])
            #expect(statuses(next) == ["200"])
        }
        #expect(bench.calls.all == ["GET /public"])
    }

    @Test func `headers beyond their bounds are refused (F19)`() async throws {
        let bench = try await HTTPBench(limits: quick())
        try await bench.application.test(.live) { client in
            let large = "X-Large: " + String(repeating: "x", count: 20_000) + "\r\n"
            let many = (0..<150).map { "X-\($0): y\r\n" }.joined()
            for headers in [large, many] {
                let answer = try await exchange(client.port, ["GET /public HTTP/1.1\r\nHost: x\r\n\(headers)\r\n"])
                #expect(statuses(answer).allSatisfy { $0 != "200" })
            }
        }
        #expect(bench.calls.all == [])
    }

    @Test func `a client that leaves in the middle of a body leaves nothing behind`() async throws {
        let bench = try await HTTPBench(limits: quick())
        try await bench.application.test(.live) { client in
            _ = try await exchange(
                client.port,
                [
                    "POST /in/k/generic HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
                ],
                thenClose: true)
            let next = try await exchange(client.port, [Self.public])
            #expect(statuses(next) == ["200"])
        }
        #expect(bench.calls.all == ["GET /public"])
        #expect(bench.log.all == [])
    }

    @Test func `half a body never passes for a whole one, even when the server itself closes the connection (R1)`()
        async throws
    {
        var limits = HTTPLimits()
        limits.idle = .milliseconds(800)
        let bench = try await HTTPBench(limits: limits)
        try await bench.application.test(.live) { client in
            let head = "POST /in/k/generic HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            let answer = try await exchange(client.port, [head + "Content-Length: 100\r\n\r\n{"])
            #expect(statuses(answer).allSatisfy { $0 == "400" })
        }
        #expect(bench.calls.all == [])
    }

    @Test func `a connection beyond the limit is served only after another one has ended (R22)`() async throws {
        let order = Lines()
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let held = Route(.get, "/held", .publicAccess, "Waits for the test") { _ in
            order.add("held")
            for await _ in gate { break }
            order.add("released")
            return .noContent
        }
        let next = Route(.get, "/next", .publicAccess, "Comes later") { _ in
            order.add("next")
            return .noContent
        }
        var limits = HTTPLimits()
        limits.connections = 1
        limits.reservedConnections = 0
        let bench = try await HTTPBench(limits: limits, adding: [held, next])
        let (ports, readiness) = AsyncStream.makeStream(of: Int.self)
        let server = Task { try await bench.application { readiness.yield($0) }.run() }
        var iterator = ports.makeAsyncIterator()
        let connection = HTTPConnection(port: try #require(await iterator.next()))
        func get(_ path: String) -> [String] { ["GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"] }
        async let first = connection.exchange(get("/held"))
        while order.all.isEmpty { await Task.yield() }
        async let second = connection.exchange(get("/next"))
        // Without the limit the second request would be answered during this; with it, it cannot be.
        for _ in 0..<2_000 { await Task.yield() }
        opener.yield()
        let answers = try await [first, second]
        server.cancel()
        #expect(answers.map { statuses($0) } == [["204"], ["204"]])
        #expect(order.all == ["held", "released", "next"])
    }

    /// Two connections wait, and of four the last two are kept.
    @Test func `on the last connections only what cannot wait is answered, and each serves one request (R16)`()
        async throws
    {
        let order = Lines()
        let gates = (0..<2).map { _ in AsyncStream.makeStream(of: Void.self) }
        let routes = [
            Route(.get, "/held/{number}", .publicAccess, "Waits for the test") { call in
                order.add("held")
                for await _ in gates[Int(call.parameter("number")) ?? 0].stream { break }
                return .noContent
            },
            Route(.get, "/urgent", .publicAccess, "Cannot wait", isUrgent: true) { _ in .noContent },
            Route(.post, "/urgent", .publicAccess, "Cannot wait", body: .raw(types: []), isUrgent: true) { _ in
                .noContent
            },
        ]
        var limits = HTTPLimits()
        limits.connections = 4
        limits.reservedConnections = 2
        let bench = try await HTTPBench(limits: limits, adding: routes)
        let (ports, readiness) = AsyncStream.makeStream(of: Int.self)
        let server = Task { try await bench.application { readiness.yield($0) }.run() }
        defer { server.cancel() }
        var iterator = ports.makeAsyncIterator()
        let connection = HTTPConnection(port: try #require(await iterator.next()))
        func ask(_ line: String, _ rest: String = "Connection: close\r\n\r\n") async throws -> String {
            try await connection.exchange(["\(line) HTTP/1.1\r\nHost: x\r\n\(rest)"])
        }
        async let first = ask("GET /held/0")
        async let second = ask("GET /held/1")
        while order.all.count < 2 { await Task.yield() }
        // These would stay open, if the server did not close them.
        for line in ["GET /public", "GET /things", "GET /nowhere"] {
            let refused = try await ask(line, "\r\n")
            #expect(statuses(refused) == (line == "GET /nowhere" ? ["404"] : ["503"]), "\(line)")
            #expect(refused.lowercased().contains("connection: close"), "\(line)")
        }
        let refused = try await ask(
            "POST /in/k/generic", "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
        #expect(refused.hasPrefix("HTTP/1.1 503") && refused.lowercased().contains("retry-after: 5"))
        #expect(refused.contains("urn:tocsin:problem:busy") && bench.calls.all == [])
        for line in ["GET /urgent", "POST /urgent"] {
            let answered = try await ask(line, "\r\n")
            #expect(statuses(answered) == ["204"] && answered.lowercased().contains("connection: close"), "\(line)")
        }
        gates[0].continuation.yield()
        #expect(statuses(try await first) == ["204"])
        // The listener hears of the end a moment after the client.
        var later = ["503"]
        while later == ["503"] { later = statuses(try await ask("GET /public")) }
        #expect(later == ["200"])
        gates[1].continuation.yield()
        #expect(statuses(try await second) == ["204"])
    }

    @Test func `requests with bytes changed at random never stop the server (F19, S47)`() async throws {
        let seed: UInt64 = 20_260_703
        var random = BenchRandom(state: seed)
        let whole = Array(
            ("POST /in/k/generic?a=b HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nCookie: tocsin-8080=a; b=c\r\n"
                + "Authorization: Bearer x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n").utf8)
        let bodies = (0..<120).map { _ in
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...127, using: &random)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        let bench = try await HTTPBench(limits: quick())
        try await bench.application.test(.live) { client in
            try await withThrowingTaskGroup(of: [String].self) { group in
                for body in bodies { group.addTask { statuses(try await exchange(client.port, [body])) } }
                for try await answer in group {
                    #expect(answer.allSatisfy { $0 != "500" && $0 != "503" }, "seed \(seed)")
                }
            }
            let next = try await exchange(client.port, [Self.public])
            #expect(statuses(next) == ["200"], "seed \(seed)")
        }
        #expect(bench.log.all == [], "seed \(seed)")
    }

    @Test func `the peer's address reaches the handler, and the forwarded one only through a proxy of ours (S44)`()
        async throws
    {
        let trusting = ClientAddress(trusting: [try .init(parsing: "127.0.0.0/8"), try .init(parsing: "::1")])
        for (proxies, expected) in [(ClientAddress(), ["127.0.0.1", "::1"]), (trusting, ["203.0.113.9"])] {
            let bench = try await HTTPBench(proxies: proxies)
            try await bench.application.test(.live) { client in
                let response = try await client.execute(
                    uri: "/public", method: .get, headers: [.named("X-Forwarded-For"): "6.6.6.6, 203.0.113.9"])
                #expect(expected.contains(response.json?["address"]?.string ?? ""))
            }
        }
    }
}

extension String {
    /// What follows each occurrence of a mark, up to the next.
    fileprivate func components(of mark: String) -> [Substring] {
        split(separator: mark, omittingEmptySubsequences: false).dropFirst().map { $0 }
    }
}

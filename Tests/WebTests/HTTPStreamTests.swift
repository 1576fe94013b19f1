import Chronology
import HTTPTypes
import HummingbirdTesting
import Identity
import Logging
import Notation
import ServiceLifecycle
import Synchronization
import Testing
import Web

@Suite struct HTTPStreamTests {
    private func stream(
        _ events: AsyncStream<EventStream.Event>, sleep: @escaping EventStream.Sleep,
        isStillGood: @escaping @Sendable () async throws -> Bool = { true }
    ) async throws -> TestResponse {
        let route = Route(.get, "/stream", .publicAccess, "Events", tag: "sample") { _ in
            EventStream.answer(events, sleep: sleep, isStillGood: isStillGood)
        }
        let bench = try await HTTPBench(adding: [route])
        return try await bench.application.test(.live) { try await $0.execute(uri: "/stream", method: .get) }
    }

    /// Sleeps until it is cancelled: nothing but the events happens.
    private let never: EventStream.Sleep = { _ in try await Task.sleep(for: .seconds(3_600)) }

    @Test func `events are written as the standard says, and the stream ends with its source`() async throws {
        let events = AsyncStream<EventStream.Event> { continuation in
            continuation.yield(.init(id: "7", name: "incident", data: #"{"a":1}"#))
            continuation.yield(.init(data: "one\ntwo\r\nthree\rfour"))
            continuation.yield(.init(id: "8\nevent: forged", name: "a\nb", data: ""))
            continuation.finish()
        }
        let response = try await stream(events, sleep: never)
        #expect(response.headers[.contentType] == "text/event-stream; charset=utf-8")
        #expect(response.headers[.cacheControl] == "no-store")
        #expect(
            response.text
                == "retry: 2000\n\n" + "id: 7\nevent: incident\ndata: {\"a\":1}\n\n"
                + "data: one\ndata: two\ndata: three\ndata: four\n\n" + "id: 8event: forged\nevent: ab\ndata: \n\n")
    }

    @Test func `silence is filled with comments every fifteen seconds`() async throws {
        let (events, source) = AsyncStream.makeStream(of: EventStream.Event.self)
        let beats = Mutex(0)
        let response = try await stream(
            events,
            sleep: { duration in
                guard duration == .seconds(15) else { return try await Task.sleep(for: .seconds(3_600)) }
                let count = beats.withLock { count in
                    count += 1
                    return count
                }
                guard count > 3 else { return }
                source.finish()
                try await Task.sleep(for: .seconds(3_600))
            })
        #expect(response.text == "retry: 2000\n\n: beat\n\n: beat\n\n: beat\n\n")
    }

    @Test(arguments: [true, false])
    func `a stream whose session has ended, or cannot be checked, ends (S45, S73)`(isBroken: Bool) async throws {
        struct StoreIsAway: Error {}
        let (events, source) = AsyncStream.makeStream(of: EventStream.Event.self)
        let checks = Mutex(0)
        let response = try await stream(
            events,
            sleep: { if $0 != .seconds(300) { try await Task.sleep(for: .seconds(3_600)) } },
            isStillGood: {
                let count = checks.withLock { count in
                    count += 1
                    return count
                }
                if count < 3 { return true }
                if isBroken { throw StoreIsAway() }
                return false
            })
        source.finish()
        #expect(response.text == "retry: 2000\n\n")
        #expect(checks.withLock { $0 } == 3)
    }

    @Test func `a stopping server ends its streams`() async throws {
        let (events, source) = AsyncStream.makeStream(of: EventStream.Event.self)
        defer { source.finish() }
        let never = never
        let route = Route(.get, "/stream", .publicAccess, "Events") { _ in
            source.yield(.init(data: "begun"))
            return EventStream.answer(events, sleep: never) { true }
        }
        let bench = try await HTTPBench(adding: [route])
        let (ports, readiness) = AsyncStream.makeStream(of: Int.self)
        let group = ServiceGroup(
            configuration: .init(services: [bench.application { readiness.yield($0) }], logger: Logger(label: "test")))
        async let running: Void = group.run()
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        let connection = HTTPConnection(port: port)
        async let reading = connection.exchange(["GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"])
        // The handler has run when its request is counted.
        while !bench.metrics.render().contains("tocsin_http_requests_total{") { await Task.yield() }
        await group.triggerGracefulShutdown()
        let answer = try await reading
        try await running
        #expect(answer.contains("retry: 2000\n\n"))
        // The last chunk, which says that the answer is whole.
        #expect(answer.hasSuffix("0\r\n\r\n"))
    }

    @Test(
        arguments: [
            ("/x?after=12", nil, 12), ("/x?after=12", "40", 40), ("/x", "40", 40), ("/x", nil, nil),
            ("/x?after=", nil, nil),
        ] as [(String, String?, Int64?)])
    func `a client goes on behind the last event that it saw`(uri: String, header: String?, position: Int64?) throws {
        var headers: HTTPFields = [:]
        headers[.named("Last-Event-ID")] = header
        let query = uri.split(separator: "?").dropFirst().first ?? ""
        let call = Call(
            id: "r", method: .get, path: "/x", query: try Fields(parsing: query), headers: headers, now: .epoch)
        #expect(try EventStream.position(of: call) == position)
    }

    @Test(arguments: ["x", "-1", "9223372036854775808", "1.5"])
    func `a position that is no number is refused`(text: String) throws {
        let call = Call(id: "r", method: .get, path: "/x", query: Fields([.init("after", text)]), now: .epoch)
        #expect(throws: HTTPProblem.self) { try EventStream.position(of: call) }
    }
}

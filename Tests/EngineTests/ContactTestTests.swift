import Chronology
import Delivery
import Engine
import Logging
import Notation
import Storage
import Synchronization
import Testing

/// Trying a way to be reached.
@Suite struct ContactTestTests {
    static let ana = UserID("usr_ana")
    static let mail = ContactMethodID("ctm_ana")

    private func send(_ desk: Desk, _ method: ContactMethodID = mail, to user: UserID = ana) async throws -> ContactTest
    {
        let outcome = try await desk.command(.testContact(method, of: user, from: .local), by: Desk.ben)
        guard case .tested(let test) = outcome else { throw InputFault(at: "", "a test is expected") }
        return test
    }

    private func tests(_ desk: Desk, of user: UserID = ana) async throws -> [ContactTest] {
        try await desk.store.read { try ContactTest.all(of: user, on: $0) }
    }

    @Test func `a test is one message of its own kind; it opens nothing, and stands on the audit log`() async throws {
        let desk = try await Desk()
        let test = try await send(desk)
        #expect(
            test
                == ContactTest(
                    id: test.id, contact: Self.mail, requestedBy: Desk.ben, requestedAt: desk.now, attempts: 0,
                    state: .waiting(last: nil)))
        #expect(try await tests(desk) == [test])
        let claims = try await desk.claim()
        #expect(claims.map(\.kind) == [.test])
        #expect(claims.map(\.destination) == ["ana@example.com"])
        #expect(claims.map(\.page) == [nil])
        let (pages, incidents, events, trail) = try await desk.store.read { connection in
            (
                try PageQueries.list(PageFilter(), on: connection),
                try IncidentQueries.list(IncidentFilter(), on: connection), try EventLog.head(on: connection),
                try AuditLog.read(after: 0, limit: 500, on: connection).suffix(1).map(\.entry)
            )
        }
        #expect(pages == [] && incidents == [] && events == 0)
        #expect(trail.map(\.action) == ["user.contact-tested"])
        #expect(trail.map(\.actor) == ["user:usr_ben"])
        #expect(trail.map(\.object) == ["user:usr_ana"])
    }

    static let results: [(AttemptReport.Result, ContactTest.State)] = [
        (.accepted(detail: "accepted"), .accepted(at: Instant(seconds: 1_800_000_000))),
        (.refused(reason: "refused"), .failed(.refused, at: Instant(seconds: 1_800_000_000))),
        (.refused(reason: "not-sent"), .failed(.notSent, at: Instant(seconds: 1_800_000_000))),
        (.retry(reason: "unreachable", after: nil), .waiting(last: .unreachable)),
        (.retry(reason: "unanswered", after: nil), .waiting(last: .unanswered)),
    ]

    @Test(arguments: results)
    func `what became of a test can be read`(result: AttemptReport.Result, state: ContactTest.State) async throws {
        let desk = try await Desk()
        _ = try await send(desk)
        try await desk.report(try #require(try await desk.claim().first), result)
        #expect(try await tests(desk).map(\.state) == [state])
        #expect(try await tests(desk).map(\.attempts) == [1])
    }

    @Test func `a test that nobody takes is given up while somebody still waits for it`() async throws {
        let desk = try await Desk()
        _ = try await send(desk)
        let claim = try #require(try await desk.claim().first)
        desk.wait(TestLimits.giveUpAfter)
        try await desk.report(claim, .retry(reason: "unreachable", after: nil))
        #expect(try await tests(desk).map(\.state) == [.failed(.unreachable, at: desk.now)])
    }

    @Test func `three tests of one way in ten minutes are sent, also when they come in one batch`() async throws {
        let desk = try await Desk()
        let command = Input.command(.testContact(Self.mail, of: Self.ana, from: .local), by: Desk.ben)
        let outcomes = try await desk.decide([Input](repeating: command, count: 5))
        let sent = outcomes.filter { if case .success = $0 { true } else { false } }
        #expect(sent.count == 3)
        let refusal = Refusal(
            Decider.testedTooOften,
            "3 tests of one way to be reached, and 10 of one person, are sent in 10 min; the next one can be sent in 10 min."
        )
        #expect(throws: refusal) { try outcomes[3].get() }
        #expect(throws: refusal) { try outcomes[4].get() }
        desk.wait(.minutes(10) - .seconds(1))
        await #expect(throws: Refusal.self) { try await send(desk) }
        desk.wait(.seconds(1))
        _ = try await send(desk)
        #expect(try await tests(desk).count == 4)
    }

    @Test func `writing the address down anew gains nobody an endless number of tests`() async throws {
        let desk = try await Desk()
        var sent = 0
        for round in 0..<5 {
            try await desk.put(
                .user, "usr_ana",
                [
                    "name": "Ana", "email": "ana@example.com", "role": "admin",
                    "contacts": [
                        ["id": .string("ctm_\(round)"), "channel": "email", "destination": "victim@example.com"]
                    ],
                ])
            for _ in 0..<3 {
                do {
                    _ = try await send(desk, ContactMethodID("ctm_\(round)"))
                    sent += 1
                } catch let refusal as Refusal {
                    #expect(refusal.code == Decider.testedTooOften)
                }
            }
        }
        #expect(sent == TestLimits.perPerson)
        // Nobody else waits for that.
        _ = try await send(desk, ContactMethodID("ctm_ben"), to: UserID("usr_ben"))
    }

    static let refused: [(user: String, method: String, code: String)] = [
        ("usr_none", "ctm_ana", "unknown-user"), ("usr_ana", "ctm_none", "unknown-contact"),
        ("usr_gone", "ctm_gone", "account-disabled"), ("usr_off", "ctm_off", "contact-disabled"),
    ]

    @Test(arguments: refused)
    func `a way that is not there or not in use is not tested`(user: String, method: String, code: String) async throws
    {
        let desk = try await Desk()
        for (id, isGone) in [("gone", true), ("off", false)] {
            try await desk.put(
                .user, "usr_\(id)",
                [
                    "name": .string(id), "email": .string("\(id)@example.com"), "role": "viewer",
                    "disabled": .bool(isGone),
                    "contacts": [
                        [
                            "id": .string("ctm_\(id)"), "channel": "email",
                            "destination": .string("\(id)@example.com"), "disabled": .bool(!isGone),
                        ]
                    ],
                ])
        }
        do {
            _ = try await send(desk, ContactMethodID(method), to: UserID(user))
            Issue.record("\(user) was tested")
        } catch let refusal as Refusal {
            #expect(refusal.code == code)
        }
        #expect(try await desk.claim() == [])
    }

    @Test func `pages to the same address do not wait for a test`() async throws {
        let desk = try await Desk()
        _ = try await send(desk, ContactMethodID("ctm_ben"), to: UserID("usr_ben"))
        _ = try await desk.claim(1)
        _ = try await desk.receive(desk.signal("disk"))
        #expect(try await desk.claim().map(\.kind) == [.page])
    }

    /// What a channel said of an attempt, and the only word of it that is kept.
    static let attempts: [(AttemptResult, String)] = [
        (.accepted(detail: "250 2.0.0 queued as SECRET", receipt: nil), "accepted"),
        (.permanent(reason: "HTTP 404 SECRET"), "refused"),
        (.permanent(reason: "10.0.0.5 SECRET is not on the public internet", by: .tocsin), "not-sent"),
        (.transient(reason: "SECRET refused the connection", retryAfter: nil), "unreachable"),
        (.unknown(reason: "SECRET gave no answer"), "unanswered"),
    ]

    @Test(arguments: attempts)
    func `a test goes out by the dispatcher, says that it is one, and keeps a word of what came back`(
        result: AttemptResult, word: String
    ) async throws {
        let desk = try await Desk()
        let channel = StubChannel(result)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let clock = Clockwork(now: { desk.now }, sleep: { _ in try await Task.sleep(for: .seconds(600)) })
        let engine = Engine(store: desk.store, clock: clock, keys: desk.keys, logger: logger)
        let dispatcher = Dispatcher(
            engine: engine, channels: ["email": channel],
            links: AcknowledgementLinks(key: Array(repeating: 1, count: 32)),
            publicURL: "https://tocsin.example.com", node: "a", logger: logger)
        let running = Task {
            await withDiscardingTaskGroup { group in
                group.addTask { await engine.run() }
                group.addTask { await dispatcher.run() }
            }
        }
        defer { running.cancel() }
        let command = Command.testContact(Self.mail, of: Self.ana, from: .local)
        guard case .tested(let test) = try await engine.submit(.command(command, by: Desk.ben)) else {
            Issue.record("a test is expected")
            return
        }
        var messages = channel.messages.makeAsyncIterator()
        let message = try #require(await messages.next())
        #expect(message.subject == "[Test] Tocsin reaches you here")
        #expect(message.type == "contact.test")
        #expect(message.destination == "ana@example.com")
        #expect(message.id == "test-\(test.id)" && message.thread == message.id)
        #expect(
            message.text == """
                This is a test of how Tocsin reaches you. Nothing is wrong: nobody is paged, and there is nothing to acknowledge.
                For: Ana
                Asked for by: Ben
                At: 15 Jan 2027 08:00:00 UTC

                """)
        #expect(message.links.map(\.address) == ["https://tocsin.example.com/settings/contact-methods"])
        var outcome: String?
        while outcome == nil {
            outcome = try await desk.store.read { connection in
                try connection.first("SELECT outcome FROM delivery") { $0.optionalText(0) } ?? nil
            }
            await Task.yield()
        }
        #expect(outcome == word)
    }
}

/// Says the same of every attempt and hands over what it was to send.
private final class StubChannel: Channel {
    static let descriptor = SMTPChannel.descriptor

    let messages: AsyncStream<OutgoingMessage>
    private let arrivals: AsyncStream<OutgoingMessage>.Continuation
    private let result: AttemptResult

    init(_ result: AttemptResult) {
        self.result = result
        (messages, arrivals) = AsyncStream.makeStream()
    }

    func farEnd(of destination: String) -> String { "stub" }

    func attempt(_ message: OutgoingMessage, now: Instant) async -> AttemptResult {
        arrivals.yield(message)
        return result
    }
}

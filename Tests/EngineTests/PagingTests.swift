import Alerting
import Chronology
import Delivery
import Engine
import Notation
import Paging
import Storage
import Testing

/// Urgency, bundling, rules and what comes back through channels, decided in the store.
@Suite struct PagingTests {
    private static func service(_ desk: Desk, _ more: [(String, JSON)] = []) async throws {
        let members = [("name", "shop"), ("plan", "esc_shop")] + more
        _ = try await desk.put(.service, "svc_shop", .object(members.map { JSON.Member($0.0, $0.1) }))
    }

    private static func page(_ desk: Desk, _ key: String) async throws -> Page {
        let alert = try await desk.alert(try await desk.receive(desk.signal(key)).alerts.first)
        return try await desk.page(alert.alert.page)
    }

    // MARK: Bundling (R18)

    @Test func `a flood of one service is one page, which counts, and ends with the last of its alerts`() async throws {
        let desk = try await Desk()
        try await Self.service(desk)
        let first = try await Self.page(desk, "disk-0")
        for number in 1...50 { #expect(try await Self.page(desk, "disk-\(number)").id == first.id) }
        #expect(try await desk.deliveries(of: first.id) == ["usr_ben queued"])
        let count = try await desk.store.read { try PageQueries.openAlerts(of: first.id, on: $0) }
        #expect(count == 51)
        for number in 0..<50 { _ = try await desk.receive(desk.signal("disk-\(number)", .resolved)) }
        #expect(try await desk.page(first.id).isOpen, "one alert is still firing")
        _ = try await desk.receive(desk.signal("disk-50", .resolved))
        #expect(try await desk.page(first.id).isOver)
    }

    @Test func `once somebody has the page a new alert wakes again`() async throws {
        let desk = try await Desk()
        try await Self.service(desk)
        let first = try await Self.page(desk, "disk-0")
        try await desk.command(.acknowledgePage(first.id, via: "web"), by: Desk.ben)
        #expect(try await Self.page(desk, "disk-1").id != first.id)
    }

    @Test func `alerts that resolve together in one request end the page that they share`() async throws {
        let desk = try await Desk()
        try await Self.service(desk)
        let first = try await Self.page(desk, "disk-0")
        for number in 1...9 { _ = try await Self.page(desk, "disk-\(number)") }
        let batch = SignalBatch(
            integration: Desk.integration, signals: (0...9).map { desk.signal("disk-\($0)", .resolved) }, request: nil)
        _ = try await desk.decide(.signals(batch))
        #expect(try await desk.page(first.id).isOver)
    }

    // MARK: Urgency

    @Test func `what is not urgent out of hours waits for them, and what is does not`() async throws {
        let desk = try await Desk()
        // The desk's clock stands at a Friday, 08:00 UTC.
        try await Self.service(
            desk,
            [
                (
                    "urgency",
                    [
                        "from": "SEV2", "outsideFrom": "SEV1", "waits": true,
                        "hours": ["zone": "UTC", "from": "09:00", "to": "17:00"],
                    ]
                )
            ])
        let page = try await Self.page(desk, "disk")
        let nine = desk.now + .hours(1)
        #expect(page.urgency == .low && page.phase == .waiting(until: nine))
        #expect(try await desk.deliveries(of: page.id) == [])
        desk.wait(.minutes(59))
        _ = try await desk.decide(.deadlinesPassed)
        #expect(try await desk.deliveries(of: page.id) == [])
        desk.wait(.minutes(1))
        _ = try await desk.decide(.deadlinesPassed)
        #expect(try await desk.deliveries(of: page.id) == ["usr_ben queued"])
    }

    @Test func `an urgency that names no severity is refused`() async throws {
        let desk = try await Desk()
        await #expect(throws: Refusal.self) { try await Self.service(desk, [("urgency", ["from": "SEV99"])]) }
        await #expect(throws: Refusal.self) { try await Self.service(desk, [("urgency", ["waits": true])]) }
    }

    // MARK: Rules

    private static func ben(_ desk: Desk, _ rules: JSON, _ contacts: [JSON]) async throws {
        _ = try await desk.put(
            .user, "usr_ben",
            [
                "name": "Ben", "email": "ben@example.com", "role": "responder", "contacts": .array(contacts),
                "zone": "UTC", "rules": rules,
            ])
    }

    private static let mails: [JSON] = ["one", "two"].map {
        ["id": .string($0), "channel": "email", "destination": .string("\($0)@example.com")]
    }

    @Test func `a way that is for later is sent then, and not at all once somebody has the page`() async throws {
        let desk = try await Desk()
        try await Self.ben(
            desk, ["high": [["contact": "one"], ["contact": "two", "delaySeconds": 120]], "low": []], Self.mails)
        let page = try await Self.page(desk, "disk")
        #expect(page.notices.map(\.notice.contact.delay) == [.zero, .minutes(2)])
        let first = try await desk.claim()
        #expect(first.map(\.method.text) == ["one"])
        try await desk.report(try #require(first.first), .accepted(detail: "250"))
        desk.wait(.seconds(119))
        #expect(try await desk.claim() == [])
        desk.wait(.seconds(1))
        #expect(try await desk.claim().map(\.method.text) == ["two"])
        let other = try await Self.page(desk, "cpu")
        try await desk.command(.acknowledgePage(other.id, via: "web"), by: Desk.ben)
        desk.wait(.minutes(10))
        #expect(try await desk.claim().allSatisfy { $0.page != other.id })
    }

    @Test func `a way that fails for good hands on to the one for later at once (R4)`() async throws {
        let desk = try await Desk()
        try await Self.ben(
            desk, ["high": [["contact": "one"], ["contact": "two", "delaySeconds": 1800]], "low": []], Self.mails)
        let page = try await Self.page(desk, "disk")
        try await desk.report(try #require(try await desk.claim().first), .refused(reason: "no such mailbox"))
        #expect(try await desk.claim().map(\.method.text) == ["two"])
        #expect(try await desk.page(page.id).lastReached?.rung == 0)
    }

    @Test(
        arguments: [
            ["high": [["contact": "three"]]], ["high": [["contact": "one", "delaySeconds": 4_000]]],
            ["sleep": ["from": "22:00", "to": "7"]],
            ["high": [["contact": "one", "hours": ["from": "a", "to": "b"]]]],
        ] as [JSON])
    func `rules that cannot hold are refused`(rules: JSON) async throws {
        let desk = try await Desk()
        await #expect(throws: Refusal.self) { try await Self.ben(desk, rules, Self.mails) }
    }

    // MARK: Throttles and rates

    @Test func `no window of an account's rate sees more than the provider takes, wherever it begins`() async throws {
        let desk = try await Desk()
        _ = try await desk.put(
            .channel, "email", ["settings": [:], "secrets": [:], "rate": ["messages": 8, "seconds": 60]])
        for number in 1...80 { _ = try await desk.receive(desk.signal("disk-\(number)")) }
        func admitted() async throws -> Int {
            let organisation = try await desk.organisation()
            let claims = try await desk.store.write(.shared) { connection in
                var meters = Meters(organisation: organisation, on: connection)
                let claims = try Outbox.claim(limit: 32, by: "a", on: connection) { channel, destination, kind in
                    try meters.admit(channel, destination, kind)
                }
                try meters.write()
                return claims
            }
            for claim in claims { try await desk.report(claim, .accepted(detail: "sent")) }
            return claims.count
        }
        // One message a destination and subject: all of them are due, a quarter of the eight may go at once.
        #expect(try await admitted() == 2)
        #expect(try await admitted() == 0)
        desk.wait(.seconds(10))
        #expect(try await admitted() == 1)
        desk.wait(.minutes(10))
        #expect(try await admitted() == 2, "what was not used is not saved up beyond that")
        var sent: [Instant] = []
        for _ in 0..<240 {
            sent += Array(repeating: desk.now, count: try await admitted())
            desk.wait(.seconds(1))
        }
        let most = sent.map { first in sent.count { $0 >= first && $0 < first + .seconds(60) } }.max() ?? 0
        #expect(sent.count >= 20 && most <= 8, "\(sent.count) in four minutes, at most \(most) in one")
    }

    // MARK: What comes back

    @Test func `a report that comes before the answer to the sending converges to the same (R13)`() async throws {
        let desk = try await Desk()
        let page = try await Self.page(desk, "disk")
        let claim = try #require(try await desk.claim().first)
        _ = try await desk.decide(
            .said(.delivered(.reference(claim.id.text, from: nil), detail: "on the phone"), channel: "email"))
        try await desk.report(claim, .accepted(detail: "250", receipt: "r-1"))
        #expect(try await desk.page(page.id).notices.map(\.result) == [.delivered(at: desk.now)])
        // Again, and by its receipt: nothing new.
        _ = try await desk.decide(.said(.delivered(.receipt("r-1"), detail: "again"), channel: "email"))
        #expect(try await desk.page(page.id).notices.map(\.result) == [.delivered(at: desk.now)])
    }

    @Test func `a reply counts only with the page's code and from the person's own way`() async throws {
        let desk = try await Desk()
        let page = try await Self.page(desk, "disk")
        func say(_ said: Delivery.Said) async throws -> String? {
            let outcome = try #require(try await desk.decide(.said(said, channel: "email")).first).get()
            guard case .heard(let sentence) = outcome else { return nil }
            return sentence
        }
        #expect(try await say(.acknowledge(.code(page.id.code, from: "eve@example.com")))?.contains("No page") == true)
        #expect(try await say(.acknowledge(.code("none", from: "ben@example.com")))?.contains("No page") == true)
        #expect(try await say(.acknowledge(.reference("dlv_unknown", from: nil)))?.contains("not belong") == true)
        #expect(try await desk.page(page.id).isOpen)
        #expect(try await say(.acknowledge(.only(from: "ben@example.com"))) == "Acknowledged: \(page.title)")
        #expect(!(try await desk.page(page.id).isOpen))
    }

    @Test func `a destination that wants no more is switched off for whoever has it`() async throws {
        let desk = try await Desk()
        _ = try await desk.decide(.said(.gone(destination: "ben@example.com", reason: "STOP"), channel: "email"))
        let organisation = try await desk.organisation()
        #expect(organisation.user(UserID("usr_ben"))?.contacts.map(\.isDisabled) == [true])
    }
}

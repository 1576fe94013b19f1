import Chronology
import Engine
import Notation
import Storage
import Testing

@Suite struct OutboxTests {
    private func paged(_ desk: Desk) async throws -> PageID {
        try #require(try await desk.alert(try await desk.receive(desk.signal("disk")).alerts.first).alert.page)
    }

    @Test func `what is taken up is not taken up again while its lease lasts (R11)`() async throws {
        let desk = try await Desk()
        _ = try await paged(desk)
        #expect(try await desk.claim(by: "a").count == 1)
        #expect(try await desk.claim(by: "b") == [])
        desk.wait(OutboxLimits.lease)
        let again = try await desk.claim(by: "b")
        #expect(again.map(\.attempt) == [2])
        #expect(again.map(\.epoch) == [2])
    }

    @Test func `a repeat has the same key (R11)`() async throws {
        let desk = try await Desk()
        _ = try await paged(desk)
        let first = try await desk.claim()
        desk.wait(OutboxLimits.lease)
        #expect(try await desk.claim().map(\.intent) == first.map(\.intent))
    }

    @Test func `a report under a lost lease changes nothing (R12)`() async throws {
        let desk = try await Desk()
        let page = try await paged(desk)
        let lost = try #require(try await desk.claim(by: "a").first)
        desk.wait(OutboxLimits.lease)
        _ = try await desk.claim(by: "b")
        try await desk.report(lost, .refused(reason: "410"))
        #expect(try await desk.deliveries(of: page) == ["usr_ben leased"])
    }

    @Test func `a failed attempt is made again later, and the page says so`() async throws {
        let desk = try await Desk()
        let page = try await paged(desk)
        try await desk.report(try #require(try await desk.claim().first), .retry(reason: "503", after: .seconds(20)))
        desk.wait(.seconds(19))
        #expect(try await desk.claim() == [])
        desk.wait(.seconds(1))
        try await desk.report(try #require(try await desk.claim().first), .accepted(detail: "200"))
        #expect(try await desk.deliveries(of: page) == ["usr_ben sent"])
        #expect(try await desk.page(page).notices.map(\.attempts) == [2])
        #expect(try await desk.page(page).notices.map(\.result) == [.sent(at: desk.now)])
    }

    @Test func `a message that cannot be delivered is given up visibly (R4)`() async throws {
        let desk = try await Desk()
        let page = try await paged(desk)
        let claim = try #require(try await desk.claim().first)
        desk.wait(OutboxLimits.giveUpAfter)
        try await desk.report(claim, .retry(reason: "no route to host", after: nil))
        // Nobody else is on the rung, so the next one is not waited for.
        #expect(try await desk.deliveries(of: page) == ["usr_ben failed", "usr_ana queued"])
        #expect(
            try await desk.page(page).notices.map(\.result) == [
                .failed(reason: "no route to host", at: desk.now), .pending,
            ])
        #expect(try await desk.page(page).lastReached?.rung == 1)
    }

    @Test func `a message whose node died is not sent after the acknowledgement (R8)`() async throws {
        let desk = try await Desk()
        let page = try await paged(desk)
        _ = try await desk.claim(by: "a")
        try await desk.command(.acknowledgePage(page, via: "the API"), by: Desk.ben)
        desk.wait(OutboxLimits.lease)
        #expect(try await desk.claim(by: "b") == [])
        #expect(try await desk.deliveries(of: page) == ["usr_ben cancelled"])
    }

    @Test func `a message that silences every node that takes it up is set aside`() async throws {
        let desk = try await Desk()
        let page = try await paged(desk)
        var taken = 0
        for _ in 0..<10 {
            taken += try await desk.claim().count
            desk.wait(OutboxLimits.lease)
        }
        #expect(taken == Int(OutboxLimits.quarantineAfter))
        #expect(try await desk.deliveries(of: page) == ["usr_ben quarantined"])
    }

    @Test func `messages to a far end that has its share wait, and those behind them have their turn (R17)`()
        async throws
    {
        let desk = try await Desk()
        for number in 1...6 { _ = try await desk.receive(desk.signal("disk-\(number)")) }
        // The second rungs go to Ana, behind whatever Ben's first ones left.
        desk.wait(.minutes(5))
        _ = try await desk.decide(.deadlinesPassed)
        let (claims, asked) = try await desk.store.write(.shared) { connection in
            var asked = 0
            var shares = ["ben@example.com": 2, "ana@example.com": 3]
            let claims = try Outbox.claim(limit: 8, by: "a", on: connection) { _, destination, _ in
                asked += 1
                guard let left = shares[destination], left > 0 else { return .destinationIsBusy }
                shares[destination] = left - 1
                return .admitted
            }
            return (claims, asked)
        }
        #expect(claims.map(\.user.text) == ["usr_ben", "usr_ben", "usr_ana", "usr_ana", "usr_ana"])
        // Nobody is asked about row by row once a destination was found to be full.
        #expect(asked <= 12)
        // What was turned away is as it was, and can be had at once.
        #expect(try await desk.claim().map(\.attempt) == Array(repeating: 1, count: 7))
    }

    /// A look costs the same whatever has been sent before: the index of unfinished messages finds what is due.
    @Test func `looking for work does not read what was sent`() async throws {
        let desk = try await Desk()
        _ = try await paged(desk)
        let recorder = StatementRecorder()
        let recording = RecordingStore(desk.store, recorder)
        _ = try await recording.read { try Outbox.nextDue(on: $0) }
        _ = try await recording.write(.shared) { try Outbox.claim(limit: 32, by: "a", on: $0) }
        let looks = recorder.take().flatMap(\.statements).filter {
            $0.hasPrefix("SELECT") && $0.contains("FROM delivery")
        }
        #expect(looks.count == 2)
        for look in looks {
            let places = look.count { $0 == "?" }
            let plan = try await desk.store.read { connection in
                try connection.all(
                    "EXPLAIN QUERY PLAN " + look, Array(repeating: SQLValue.integer(1), count: places)
                ) { $0.text(3) }
            }
            #expect(plan.contains { $0.hasSuffix("USING INDEX delivery_due") }, "\(plan)")
            #expect(!plan.contains("SCAN d") && !plan.contains("SCAN delivery"), "\(plan)")
        }
    }

    @Test func `a deadline that stops its process each time is set aside`() async throws {
        let desk = try await Desk()
        _ = try await paged(desk)
        desk.wait(.minutes(5))
        for _ in 0..<5 { try await desk.store.write(.engine) { try Decider.countAttempts(on: $0) } }
        #expect(try await desk.store.read { try Decider.nextDeadline(on: $0) } == nil)
    }
}

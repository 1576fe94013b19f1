import Chronology
import Notation
import Paging
import Testing

/// What people and far ends do to a page: snooze, hand over, answer for all, and what follows when a way fails for good.
@Suite struct PageAnswerTests {
    private static func twoRungs(
        _ answer: EscalationPlan.Answer = .one, laps: Int = 1, holds: Duration? = nil
    ) throws -> EscalationPlan {
        try EscalationPlan(
            id: EscalationPlanID("esc_1"), name: "Main",
            rungs: [
                .init(targets: [.user(ana), .user(ben)], patience: .minutes(5), answer: answer),
                .init(targets: [.user(cleo)], patience: .minutes(10)),
            ], laps: laps, fallback: [], acknowledgementLasts: holds)
    }

    // MARK: Snooze

    @Test func `a snoozed page is silent until its end and then climbs all its laps anew`() throws {
        var climber = Climber(try Self.twoRungs())
        let end = start + .hours(1)
        climber.apply(
            try climber.page.snooze(until: end, by: .user(ana), why: "Deploying.", at: start), at: start)
        #expect(climber.page.phase == .snoozed(by: .user(ana), until: end))
        #expect(!climber.page.isOpen && climber.page.deadline == end)
        #expect(climber.page.notices.allSatisfy { $0.result == .withdrawn })
        climber.wait(until: end - .seconds(1))
        #expect(climber.climbed == ["0/0"])
        climber.wait(until: end)
        #expect(climber.climbed == ["0/0", "0/1"])
        climber.wait(until: end + .minutes(5))
        climber.wait(until: end + .minutes(15))
        #expect(climber.climbed == ["0/0", "0/1", "1/1", "fallback"])
        let keys = climber.page.notices.map(\.notice.key)
        #expect(Set(keys).count == keys.count, "a notice of a later round has a key of its own: \(keys)")
    }

    @Test(arguments: [Duration.zero, .minutes(-1), .days(7) + .seconds(1)])
    func `a snooze has an end, within a week`(length: Duration) throws {
        let climber = Climber(try Self.twoRungs())
        #expect(throws: Refusal.self) {
            try climber.page.snooze(until: start + length, by: .user(ana), why: nil, at: start)
        }
    }

    @Test func `a page whose laps were used up climbs again after a snooze, and can be escalated`() throws {
        var climber = Climber(try plan([(ana, .minutes(5))]))
        climber.wait(until: start + .minutes(5))
        #expect(climber.climbed == ["0/0", "fallback"])
        let now = start + .minutes(6)
        climber.apply(try climber.page.snooze(until: now + .hours(1), by: .user(ana), why: nil, at: now), at: now)
        climber.wait(until: now + .hours(1))
        #expect(climber.climbed == ["0/0", "fallback", "0/1"])
        climber.wait(until: now + .hours(2))
        #expect(climber.climbed.last == "fallback")
        #expect(Set(climber.page.notices.map(\.notice.key)).count == climber.page.notices.count)
    }

    // MARK: Acknowledgements that run out

    @Test func `an acknowledgement that runs out lets the page climb again; one said again holds on`() throws {
        var climber = Climber(try Self.twoRungs(holds: .minutes(30)))
        climber.apply(try climber.page.acknowledge(by: .user(ana), via: "mail"), at: start)
        #expect(climber.page.deadline == start + .minutes(30))
        let later = start + .minutes(20)
        climber.apply(try climber.page.acknowledge(by: .user(ana), via: "mail"), at: later)
        #expect(climber.page.phase == .acknowledged(by: .user(ana), at: later))
        #expect(try climber.page.acknowledge(by: .user(ben), via: "mail").isEmpty, "ana has it")
        climber.wait(until: start + .minutes(30))
        #expect(climber.climbed == ["0/0"])
        climber.wait(until: later + .minutes(30))
        #expect(climber.history.contains(.acknowledgementExpired(of: .user(ana))))
        #expect(climber.climbed == ["0/0", "0/1"])
    }

    @Test func `without a limit an acknowledgement holds until the end`() throws {
        var climber = Climber(try Self.twoRungs())
        climber.apply(try climber.page.acknowledge(by: .user(ana), via: "mail"), at: start)
        #expect(climber.page.deadline == nil)
        climber.wait(until: start + .days(30))
        #expect(climber.climbed == ["0/0"])
    }

    // MARK: One or all

    @Test func `a rung that waits for all climbs until everybody on it has answered`() throws {
        var climber = Climber(try Self.twoRungs(.all))
        climber.apply(try climber.page.acknowledge(by: .user(ana), via: "mail"), at: start)
        #expect(climber.page.isOpen && climber.page.answered == [ana])
        #expect(climber.page.notices.map(\.result) == [.withdrawn, .pending])
        #expect(try climber.page.acknowledge(by: .user(ana), via: "mail").isEmpty)
        #expect(throws: Refusal.self) { try climber.page.acknowledge(by: .user(cleo), via: "mail") }
        climber.apply(try climber.page.acknowledge(by: .user(ben), via: "mail"), at: start + .minutes(1))
        #expect(climber.page.phase == .acknowledged(by: .user(ben), at: start + .minutes(1)))
    }

    @Test func `when one of all stays silent the page climbs on`() throws {
        var climber = Climber(try Self.twoRungs(.all))
        climber.apply(try climber.page.acknowledge(by: .user(ana), via: "mail"), at: start)
        climber.wait(until: start + .minutes(5))
        #expect(climber.climbed == ["0/0", "1/0"])
        climber.apply(try climber.page.acknowledge(by: .user(cleo), via: "mail"), at: start + .minutes(6))
        #expect(!climber.page.isOpen)
    }

    // MARK: Hand over

    @Test func `a page that is handed over tells its new person and climbs on from where it was`() throws {
        var climber = Climber(try plan([(ana, .minutes(5)), (ben, .minutes(5))]))
        let now = start + .minutes(2)
        climber.apply(
            try climber.page.handOver(
                to: .user(cleo), by: .user(ana), why: "Yours.", at: now, reaching: reach()), at: now)
        #expect(climber.page.told == [cleo])
        #expect(climber.page.deadline == now + .minutes(5))
        climber.wait(until: start + .minutes(5))
        #expect(climber.climbed == ["0/0"], "its first deadline does not count any more")
        climber.wait(until: now + .minutes(5))
        #expect(climber.climbed == ["0/0", "1/0"])
        #expect(Set(climber.page.notices.map(\.notice.key)).count == climber.page.notices.count)
    }

    @Test func `nobody can be handed a page who cannot be told, and it stays as it was`() throws {
        let climber = Climber(try plan([(ana, .minutes(5))]))
        #expect(throws: Refusal.self) {
            try climber.page.handOver(
                to: .user(cleo), by: .user(ana), why: "Yours.", at: start, reaching: reach(unreachable: [cleo]))
        }
    }

    @Test func `a page is sent to a rung further up at once, and to one that was passed in a new lap`() throws {
        var climber = Climber(try plan([(ana, .minutes(5)), (ben, .minutes(5)), (cleo, .minutes(5))]))
        climber.apply(
            try climber.page.send(toRung: 2, by: .user(ana), why: "Only Cleo knows.", at: start, reaching: reach()),
            at: start)
        #expect(climber.climbed == ["0/0", "2/0"])
        climber.apply(
            try climber.page.send(toRung: 0, by: .user(cleo), why: "Not mine.", at: start, reaching: reach()),
            at: start)
        #expect(climber.climbed == ["0/0", "2/0", "0/1"])
        #expect(Set(climber.page.notices.map(\.notice.key)).count == climber.page.notices.count)
        #expect(throws: Refusal.self) {
            try climber.page.send(toRung: 3, by: .user(ana), why: "?", at: start, reaching: reach())
        }
    }

    // MARK: Waiting for hours

    @Test func `a page that can wait tells nobody before its hours, and can be taken or begun meanwhile`() throws {
        let plan = try Self.twoRungs()
        let opening = PageEvent.opened(
            .init(
                subject: .alert(AlertID("alr_1")), title: "Disk", service: nil, plan: plan, urgency: .low,
                heldUntil: start + .hours(9), why: "It waits."))
        var page = Page(PageID("pag_1"), from: opening, at: start)
        #expect(page.begin(at: start, reaching: reach()).isEmpty)
        #expect(page.isOpen && page.deadline == start + .hours(9))
        let restored = try PageEvent(kind: opening.kind, body: try JSON(parsing: opening.body, limits: .stored))
        #expect(restored == opening)
        var taken = page
        for event in try taken.acknowledge(by: .user(ana), via: "web") { taken.apply(event, at: start) }
        #expect(!taken.isOpen)
        for event in page.deadlinePassed(at: start + .hours(9), reaching: reach()) {
            page.apply(event, at: start + .hours(9))
        }
        #expect(page.phase == .climbing(rung: 0, lap: 0, deadline: start + .hours(9) + .minutes(5)))
    }

    // MARK: Ways that fail for good

    /// Ana has three ways, of which her rules use the first two.
    private static let ways = ["one", "two", "three"].map {
        Contact(user: ana, method: ContactMethodID($0), channel: "sms")
    }

    private static func threeWays(_ target: EscalationPlan.Target) -> Reach {
        guard target == .user(ana) else { return reach()(target) }
        return Reach(
            contacts: [
                ways[0], Contact(user: ana, method: ways[1].method, channel: "sms", delay: .minutes(3)),
            ], obstacles: [])
    }

    private static func page() throws -> Page {
        let plan = try plan([(ana, .minutes(5)), (ben, .minutes(5))])
        var page = Page(
            PageID("pag_1"),
            from: .opened(.init(subject: .alert(AlertID("alr_1")), title: "Down", service: nil, plan: plan)), at: start)
        for event in page.begin(at: start, reaching: threeWays) { page.apply(event, at: start) }
        return page
    }

    private static func fail(_ index: Int, of page: inout Page, at now: Instant) -> [PageEvent] {
        let notice = page.notices[index].notice
        page.apply(.noticeFailed(key: notice.key, attempt: 1, reason: "no", isFinal: true), at: now)
        let events = page.passOn(notice, ways: ways, at: now, reaching: threeWays)
        for event in events { page.apply(event, at: now) }
        return events
    }

    @Test func `when a way fails the one for later goes now, then one the rules do not name, then the next rung (R4)`()
        throws
    {
        var page = try Self.page()
        #expect(page.notices.map(\.notice.contact.delay) == [.zero, .minutes(3)])
        let now = start + .seconds(2)
        let first = Self.fail(0, of: &page, at: now)
        #expect(
            first == [
                .rerouted(
                    .init(failed: page.notices[0].notice.key, hastened: page.notices[1].notice.key, notices: []))
            ])
        _ = Self.fail(1, of: &page, at: now)
        #expect(page.notices.map(\.notice.contact.method.text) == ["one", "two", "three"])
        let last = Self.fail(2, of: &page, at: now)
        #expect(last.first == .rungFailed(rung: 0, lap: 0))
        #expect(page.phase == .climbing(rung: 1, lap: 0, deadline: now + .minutes(5)))
        for event in last {
            #expect(try PageEvent(kind: event.kind, body: JSON(parsing: event.body, limits: .stored)) == event)
        }
    }

    @Test func `a way that fails after another has arrived changes nothing`() throws {
        var page = try Self.page()
        page.apply(.noticeSent(key: page.notices[1].notice.key, attempt: 1, detail: "250"), at: start)
        #expect(Self.fail(0, of: &page, at: start + .seconds(2)).isEmpty)
    }

    @Test func `nothing follows from a failure once somebody has the page`() throws {
        var page = try Self.page()
        page.apply(.acknowledged(by: .user(ben), via: "web"), at: start)
        #expect(Self.fail(0, of: &page, at: start + .seconds(2)).isEmpty)
    }

    @Test func `a failure of an earlier rung does not take the next one`() throws {
        var page = try Self.page()
        for event in page.deadlinePassed(at: start + .minutes(5), reaching: Self.threeWays) {
            page.apply(event, at: start + .minutes(5))
        }
        _ = Self.fail(0, of: &page, at: start + .minutes(6))
        _ = Self.fail(1, of: &page, at: start + .minutes(6))
        let last = Self.fail(3, of: &page, at: start + .minutes(6))
        #expect(last.isEmpty)
        #expect(page.phase == .climbing(rung: 1, lap: 0, deadline: start + .minutes(10)))
    }
}

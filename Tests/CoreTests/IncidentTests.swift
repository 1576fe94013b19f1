import Chronology
import Incidents
import Notation
import Testing

@Suite struct IncidentTests {
    @Test func `a wrong status change is refused with the allowed ones`() throws {
        let procedure = try procedure()
        var incident = incident()
        #expect(
            throws: Refusal(
                "wrong-transition",
                "INC-1 is Declared; it cannot become Closed. Allowed: Investigating, Watching, Resolved.")
        ) { try incident.decide(.changeStatus("closed", message: nil), under: procedure) }
        incident.apply(
            .statusChanged(from: .declared, to: .resolved, named: nil, message: nil), at: start + .minutes(9))
        #expect(
            try incident.decide(.changeStatus("Closed", message: "done"), under: procedure) == [
                .statusChanged(from: .resolved, to: .closed, named: nil, message: "done")
            ])
    }

    @Test func `a status is known by its label in the procedure or its kernel name, whatever the case`() throws {
        for word in ["Watching", "watching", "monitoring", "MONITORING"] {
            #expect(
                try incident().decide(.changeStatus(word, message: nil), under: try procedure()) == [
                    .statusChanged(from: .declared, to: .monitoring, named: nil, message: nil)
                ])
        }
    }

    @Test(arguments: [
        (IncidentCommand.changeStatus("Fixing", message: nil), "unknown-status"),
        (.changeSeverity("P0", why: "x"), "unknown-severity"), (.changeSeverity("SEV1", why: " "), "missing-why"),
        (.assign(role: "boss", UserID("u")), "unknown-role"), (.note("  \n "), "missing-text"),
        (.note(String(repeating: "é", count: 16_385)), "too-long-text"), (.retitle(""), "missing-title"),
        (.retitle("Till\nis down"), "bad-title"), (.retitle("Till\u{2028}is down"), "bad-title"),
    ])
    func `what cannot be done is refused by name`(_ command: IncidentCommand, _ code: String) throws {
        let procedure = try procedure()
        do throws(Refusal) {
            _ = try incident().decide(command, under: procedure)
            Issue.record("it was done")
        } catch {
            #expect(error.code == code)
        }
    }

    @Test(arguments: [
        IncidentCommand.changeStatus("Declared", message: nil), .changeSeverity("SEV2", why: "x"),
        .retitle("Checkout is down"),
        .release(role: "scribe", nil),
    ])
    func `asking for what is so already changes nothing`(_ command: IncidentCommand) throws {
        #expect(try incident().decide(command, under: try procedure()) == [])
    }

    @Test func `a closed incident takes notes and nothing else`() throws {
        var incident = incident()
        incident.apply(.statusChanged(from: .declared, to: .resolved, named: nil, message: nil), at: start)
        incident.apply(.statusChanged(from: .resolved, to: .closed, named: nil, message: nil), at: start)
        #expect(try incident.decide(.note("afterthought"), under: try procedure()) == [.noteAdded("afterthought")])
        #expect(throws: Refusal.self) { try incident.decide(.retitle("x"), under: try procedure()) }
    }

    @Test func `the times of an incident come from its events`() {
        var incident = incident()
        let steps: [(IncidentEvent, Int64)] = [
            (.pageAcknowledged(PageID("p1")), 2), (.pageAcknowledged(PageID("p2")), 3),
            (.statusChanged(from: .declared, to: .monitoring, named: nil, message: nil), 20),
            (.statusChanged(from: .monitoring, to: .resolved, named: nil, message: nil), 30),
            (.statusChanged(from: .resolved, to: .closed, named: nil, message: nil), 90),
        ]
        for (event, minutes) in steps { incident.apply(event, at: start + .minutes(minutes)) }
        #expect(incident.times.acknowledged == start + .minutes(2))
        #expect(incident.times.mitigated == start + .minutes(20))
        #expect(incident.times.resolved == start + .minutes(30))
        #expect(incident.times.closed == start + .minutes(90))
        #expect(incident.version == 6)
    }

    @Test func `an incident that is taken up again is not resolved any more`() {
        var incident = incident()
        incident.apply(.statusChanged(from: .declared, to: .resolved, named: nil, message: nil), at: start)
        incident.apply(.statusChanged(from: .resolved, to: .investigating, named: nil, message: nil), at: start)
        #expect(incident.times.resolved == nil)
    }

    @Test func `one person holds a role at a time`() {
        var incident = incident()
        incident.apply(.roleAssigned(role: "scribe", UserID("a")), at: start)
        incident.apply(.roleAssigned(role: "scribe", UserID("b")), at: start)
        #expect(incident.assignments.map(\.user) == [UserID("b")])
    }

    @Test func `a role for several is filled up and given back one by one (S1-23, S3-05)`() throws {
        let roles = [
            Procedure.Role(id: "investigator", label: "Investigator", most: nil),
            Procedure.Role(id: "pilot", label: "Pilot", most: 2),
        ]
        let plain = try procedure()
        let procedure = Procedure(
            id: "several", version: 1, name: "Several", ladder: plain.ladder, statuses: plain.statuses, roles: roles,
            keyPattern: plain.keyPattern)
        var incident = incident()
        func give(_ role: String, _ user: String) throws {
            for event in try incident.decide(.assign(role: role, UserID(user)), under: procedure) {
                incident.apply(try IncidentEvent(kind: event.kind, body: try parsed(event.body)), at: start)
            }
        }
        for user in ["a", "b", "c", "b"] { try give("investigator", user) }
        #expect(incident.assignments.map(\.user.text) == ["a", "b", "c"])
        try give("pilot", "a")
        try give("pilot", "b")
        #expect(throws: Refusal.self) { try give("pilot", "c") }
        for event in try incident.decide(.release(role: "investigator", UserID("b")), under: procedure) {
            incident.apply(event, at: start)
        }
        #expect(
            incident.assignments.map { "\($0.role) \($0.user)" } == [
                "investigator a", "investigator c", "pilot a", "pilot b",
            ])
        #expect(
            try incident.decide(.release(role: "Pilot", nil), under: procedure)
                == [.roleReleased(role: "pilot", UserID("a")), .roleReleased(role: "pilot", UserID("b"))])
    }

    @Test(arguments: [("rung/ladder/1", true), ("phase/response/12", false)])
    func `who is called as a phase begins is no escalation`(obligation: String, isEscalation: Bool) {
        var incident = incident()
        let reached = IncidentEvent.RungReached(
            obligation: obligation, title: "t", calls: ["target(on-call)"], via: "page", due: start, page: nil,
            told: [],
            obstacles: [])
        incident.apply(.rungReached(reached), at: start)
        #expect(incident.history.happenings.contains { $0.name == "escalated" } == isEscalation)
    }

    @Test func `every kernel state leads somewhere or is final, and what ends stays ended`() {
        for status in IncidentStatus.allCases {
            #expect(status.isFinal == [.closed, .declined, .merged, .cancelled].contains(status))
            #expect(!status.successors.contains(status))
            if status.isFinal { #expect(!status.isActive) }
        }
    }

    @Test func `every event reads back as it was written (R10)`() throws {
        let events: [IncidentEvent] = [
            .declared(
                .init(
                    key: "INC-1", title: "\u{1F525} down", severity: Severity(rank: 0, label: "SEV1"),
                    service: ServiceID("svc"), kind: .drill, procedure: "starter", procedureVersion: 3, origin: "o",
                    impactStarted: start, detected: nil, reason: "r")),
            .alertAttached(AlertID("a"), title: "t"), .alertResolved(AlertID("a"), title: "t", how: "by its source"),
            .paged(PageID("p"), plan: "Main"), .pageAcknowledged(PageID("p")), .pageExhausted(PageID("p")),
            .statusChanged(from: .declared, to: .resolved, named: nil, message: "m\n\"q\""),
            .statusChanged(from: .declared, to: .resolved, named: nil, message: nil),
            .severityChanged(from: Severity(rank: 0, label: "A"), to: Severity(rank: 1, label: "B"), why: "w"),
            .roleAssigned(role: "scribe", UserID("u")), .roleAssigned(role: "scribe", UserID("v"), beside: true),
            .roleReleased(role: "scribe", UserID("u")),
            .noteAdded("n\u{7f}"),
            .retitled(from: "a", to: "b"),
        ]
        for event in events { #expect(try IncidentEvent(kind: event.kind, body: try parsed(event.body)) == event) }
    }

    @Test func `an event of a newer version is refused, not guessed at`() {
        #expect(throws: InputFault.self) { try IncidentEvent(kind: "incident.teleported", body: [:]) }
    }
}

@Suite struct KeyPatternTests {
    @Test(arguments: [
        ("INC-{date}-{seq:3}", 1, "INC-2026-11-21-001"), ("INC-{date}-{seq:3}", 1_000, "INC-2026-11-21-1000"),
        ("P{seq:5}", 42, "P00042"),
    ])
    func `a key is made of the pattern (S0-02)`(_ pattern: String, _ number: Int, _ key: String) throws {
        let date = try CivilDate(year: 2026, month: 11, day: 21)
        #expect(try KeyPattern(pattern).key(on: date, number: number) == key)
    }

    @Test(arguments: [
        "INC", "INC-{date}", "{seq:3}{seq:3}", "{seq:0}", "{seq:10}", "{week}-{seq:3}", "INC/{seq:3}", "{seq:3",
        "a b{seq:1}",
    ])
    func `a pattern without one number, or with what a key may not hold, is refused`(_ pattern: String) {
        #expect(throws: InputFault.self) { try KeyPattern(pattern) }
    }

    @Test func `numbers are counted within a date`() throws {
        let pattern = try KeyPattern("INC-{date}-{seq:3}")
        #expect(pattern.series(on: try CivilDate(year: 2026, month: 12, day: 31)) == "INC-2026-12-31-")
    }
}

@Suite struct LadderTests {
    @Test func `severities are compared by rank, not by label (X1)`() {
        #expect(Severity(rank: 0, label: "P1").isAtLeastAsBad(as: Severity(rank: 1, label: "P0")))
    }

    @Test func `a ladder without steps, with falling ranks or twin labels is refused`() {
        let a = Ladder.Step(Severity(rank: 0, label: "A"), meaning: "", words: [])
        let b = Ladder.Step(Severity(rank: 1, label: "B"), meaning: "", words: [])
        let twin = Ladder.Step(Severity(rank: 2, label: "A"), meaning: "", words: [])
        for steps in [[], [b, a], [a, b, twin]] { #expect(throws: InputFault.self) { try Ladder(steps: steps) } }
    }
}

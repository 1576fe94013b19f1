import Alerting
import Chronology
import Engine
import Incidents
import Notation
import Paging
import Storage
import Testing

@Suite struct DeciderTests {
    @Test func `an alert of a known service pages the first rung of its plan`() async throws {
        let desk = try await Desk()
        let receipt = try await desk.receive(desk.signal("disk"))
        #expect(receipt.opened == 1)
        let record = try await desk.alert(receipt.alerts.first)
        #expect(record.alert.phase == .firing)
        #expect(record.alert.incident == nil)
        #expect(
            record.alert.explanation == [
                "No route matched; the defaults apply.", "The source's severity \"warning\" means SEV3.",
                "It belongs to the service shop.",
                "No route declares an incident for it; it stays an alert until somebody does.",
                "The plan Shop was started for it.",
            ])
        let page = try await desk.page(record.alert.page)
        #expect(page.phase == .climbing(rung: 0, lap: 0, deadline: desk.now + .minutes(5)))
        #expect(try await desk.deliveries(of: page.id) == ["usr_ben queued"])
    }

    @Test func `an alert for which nobody is to be paged says so`() async throws {
        let desk = try await Desk()
        let receipt = try await desk.receive(desk.signal("disk", service: nil))
        let record = try await desk.alert(receipt.alerts.first)
        #expect(record.alert.page == nil)
        #expect(record.alert.explanation.last == "Nobody is paged: no escalation plan applies to it.")
    }

    @Test func `a repeat counts and opens nothing (R3)`() async throws {
        let desk = try await Desk()
        let first = try await desk.receive(desk.signal("disk"))
        desk.wait(.seconds(60))
        let second = try await desk.receive(desk.signal("disk"), desk.signal("disk"))
        #expect(second.repeated == 2)
        #expect(Set(second.alerts) == Set(first.alerts))
        let record = try await desk.alert(first.alerts.first)
        #expect(record.content.count == 3)
        #expect(record.content.lastSeen == desk.now)
    }

    @Test func `two signals of one key in one request open one alert (R3)`() async throws {
        let desk = try await Desk()
        let receipt = try await desk.receive(desk.signal("disk"), desk.signal("disk"))
        #expect(receipt.opened == 1)
        #expect(receipt.repeated == 1)
    }

    @Test func `a route declares an incident, attaches the alert, and pages for the incident`() async throws {
        let desk = try await Desk()
        let receipt = try await desk.receive(desk.signal("db", severity: "critical"))
        let record = try await desk.alert(receipt.alerts.first)
        let incident = try await desk.incident(record.alert.incident)
        #expect(incident.key == "INC-2027-01-15-001")
        #expect(incident.severity == Severity(rank: 0, label: "SEV1"))
        #expect(incident.alerts.map(\.id) == receipt.alerts)
        #expect(try await desk.page(record.alert.page).subject == .incident(incident.id))
    }

    @Test func `later alerts of the same route and service join the open incident`() async throws {
        let desk = try await Desk()
        let receipt = try await desk.receive(
            desk.signal("db-1", severity: "critical"), desk.signal("db-2", severity: "critical"))
        let alerts = [try await desk.alert(receipt.alerts[0]), try await desk.alert(receipt.alerts[1])]
        #expect(alerts[0].alert.incident == alerts[1].alert.incident)
        let incident = try await desk.incident(alerts[0].alert.incident)
        #expect(incident.alerts.count == 2)
        #expect(incident.pages.count == 1)
    }

    @Test func `keys are numbered within their date and never used twice (S0-02)`() async throws {
        let desk = try await Desk()
        var keys: [String] = []
        for _ in 0..<2 {
            guard case .incident(let incident) = try await desk.command(.declare(.init(title: "x", severity: "SEV2")))
            else {
                continue
            }
            keys.append(incident.key)
        }
        desk.wait(.days(1))
        if case .incident(let incident) = try await desk.command(.declare(.init(title: "x", severity: "SEV2"))) {
            keys.append(incident.key)
        }
        #expect(keys == ["INC-2027-01-15-001", "INC-2027-01-15-002", "INC-2027-01-16-001"])
    }

    @Test func `nobody answers: the page climbs when its rung is due, and not before (R6)`() async throws {
        let desk = try await Desk()
        let receipt = try await desk.receive(desk.signal("disk"))
        let page = try await desk.alert(receipt.alerts.first).alert.page
        desk.wait(.seconds(299))
        _ = try await desk.decide(.deadlinesPassed)
        #expect(try await desk.deliveries(of: page!) == ["usr_ben queued"])
        desk.wait(.seconds(1))
        _ = try await desk.decide(.deadlinesPassed, .deadlinesPassed)
        #expect(try await desk.deliveries(of: page!) == ["usr_ben queued", "usr_ana queued"])
    }

    @Test func `an acknowledgement stops the page, takes the alert, and withdraws what is queued (R8)`() async throws {
        let desk = try await Desk()
        let receipt = try await desk.receive(desk.signal("disk"))
        let page = try #require(try await desk.alert(receipt.alerts.first).alert.page)
        try await desk.command(.acknowledgePage(page, via: "the API"), by: Desk.ben)
        #expect(try await desk.deliveries(of: page) == ["usr_ben cancelled"])
        #expect(try await desk.claim() == [])
        #expect(try await desk.alert(receipt.alerts.first).alert.phase == .acknowledged(by: Desk.ben, at: desk.now))
        desk.wait(.hours(1))
        _ = try await desk.decide(.deadlinesPassed)
        #expect(try await desk.deliveries(of: page) == ["usr_ben cancelled"])
    }

    @Test func `a second acknowledgement is a no-op that says who was first`() async throws {
        let desk = try await Desk()
        let page = try #require(
            try await desk.alert(try await desk.receive(desk.signal("disk")).alerts.first).alert.page)
        try await desk.command(.acknowledgePage(page, via: "the API"), by: Desk.ben)
        let first = desk.now
        desk.wait(.seconds(5))
        let outcome = try await desk.command(.acknowledgePage(page, via: "the API"), by: Desk.ana)
        let after = try await desk.page(page)
        #expect(after.phase == .acknowledged(by: Desk.ben, at: first))
        #expect(
            outcome == .pageAcknowledged(after, Acknowledgement(by: Desk.ben, at: first, isFirst: false)))
    }

    /// Of one person with two devices as of two people: nothing but the transaction knows.
    @Test(arguments: [[Desk.ben, Desk.ben], [Desk.ben, Desk.ana], [Desk.ana, Desk.ben, Desk.ben, Desk.ana]])
    func `of acknowledgements in one batch exactly the first is told that it was first (R8)`(actors: [Actor])
        async throws
    {
        let desk = try await Desk()
        let alert = try #require(try await desk.receive(desk.signal("disk")).alerts.first)
        let page = try #require(try await desk.alert(alert).alert.page)
        let commands = actors.map { Input.command(.acknowledgePage(page, via: "the API"), by: $0) }
        let outcomes = try await desk.decide(commands)
        let after = try await desk.page(page)
        #expect(
            outcomes
                == actors.indices.map { place in
                    .success(
                        .pageAcknowledged(
                            after, Acknowledgement(by: actors[0], at: desk.now, isFirst: place == 0)))
                })
        let (kinds, entries) = try await desk.store.read { connection in
            let organisation = try Organisation.load(on: connection, desk.keys, shelf: desk.decider.shelf)
            let pages = try Timeline.of(page, organisation: organisation, on: connection)
            let alerts = try Timeline.of(alert, organisation: organisation, on: connection)
            return (pages.map(\.kind), alerts.map(\.kind))
        }
        #expect(kinds.filter { $0 == "page.acknowledged" }.count == 1)
        #expect(entries.filter { $0 == "alert.acknowledged" }.count == 1)
    }

    @Test func `of acknowledgements of an alert in one batch exactly one is first, be it by the page`() async throws {
        let desk = try await Desk()
        let alert = try #require(try await desk.receive(desk.signal("disk")).alerts.first)
        let page = try #require(try await desk.alert(alert).alert.page)
        let outcomes = try await desk.decide(
            .command(.acknowledgePage(page, via: "the API"), by: Desk.ben),
            .command(.acknowledgeAlert(alert), by: Desk.ana), .command(.acknowledgeAlert(alert), by: Desk.ben))
        let late = Acknowledgement(by: Desk.ben, at: desk.now, isFirst: false)
        #expect(
            outcomes == [
                .success(
                    .pageAcknowledged(
                        try await desk.page(page), Acknowledgement(by: Desk.ben, at: desk.now, isFirst: true))),
                .success(.alertAcknowledged(alert, late)), .success(.alertAcknowledged(alert, late)),
            ])
    }

    @Test func `a page that was escalated after it was taken is taken anew, and its alert with it`() async throws {
        let desk = try await Desk()
        let alert = try #require(try await desk.receive(desk.signal("disk")).alerts.first)
        let page = try #require(try await desk.alert(alert).alert.page)
        try await desk.command(.acknowledgePage(page, via: "the API"), by: Desk.ben)
        try await desk.command(.escalatePage(page, why: "more hands", seenRung: nil), by: Desk.ben)
        desk.wait(.seconds(5))
        let taken = Acknowledgement(by: Desk.ana, at: desk.now, isFirst: true)
        #expect(
            try await desk.command(.acknowledgeAlert(alert), by: Desk.ana) == .alertAcknowledged(alert, taken))
        #expect(try await desk.page(page).phase == .acknowledged(by: Desk.ana, at: desk.now))
        #expect(try await desk.alert(alert).alert.phase == .acknowledged(by: Desk.ana, at: desk.now))
        try await desk.command(.escalatePage(page, why: "more hands", seenRung: nil), by: Desk.ben)
        #expect(
            try await desk.command(.acknowledgePage(page, via: "the API"), by: Desk.ben)
                == .pageAcknowledged(
                    try await desk.page(page), Acknowledgement(by: Desk.ben, at: desk.now, isFirst: true)))
        #expect(try await desk.alert(alert).alert.phase == .acknowledged(by: Desk.ben, at: desk.now))
    }

    @Test func `acknowledging an alert acknowledges its page`() async throws {
        let desk = try await Desk()
        let alert = try #require(try await desk.receive(desk.signal("disk")).alerts.first)
        try await desk.command(.acknowledgeAlert(alert), by: Desk.ben)
        #expect(
            try await desk.page(try await desk.alert(alert).alert.page).phase
                == .acknowledged(by: Desk.ben, at: desk.now))
    }

    @Test func `the source's resolve ends the page and stands on the incident's timeline`() async throws {
        let desk = try await Desk()
        let plain = try #require(try await desk.receive(desk.signal("disk")).alerts.first)
        let grave = try #require(try await desk.receive(desk.signal("db", severity: "critical")).alerts.first)
        let receipt = try await desk.receive(
            desk.signal("disk", .resolved), desk.signal("db", .resolved, severity: "critical"))
        #expect(receipt.resolved == 2)
        #expect(
            try await desk.page(try await desk.alert(plain).alert.page).phase
                == .ended(why: "The alert was resolved by its source.", at: desk.now))
        let incident = try await desk.incident(try await desk.alert(grave).alert.incident)
        #expect(incident.alerts.map(\.resolvedAt) == [desk.now])
        #expect(incident.status == .declared, "the incident is the people's to resolve")
    }

    @Test func `a source that fires again under its old start is heard, and one overtaken by its own end is explained`()
        async throws
    {
        let desk = try await Desk()
        let began = desk.now
        let first = try await desk.receive(desk.signal("disk", startsAt: began)).alerts.first
        _ = try await desk.receive(desk.signal("disk", .resolved, startsAt: began))
        desk.wait(.seconds(2))
        for _ in 1...2 { #expect(try await desk.receive(desk.signal("disk", startsAt: began)).ignored == 1) }
        let explanation = try await desk.alert(first).alert.explanation
        #expect(explanation.count { $0.contains("late repeat") } == 1)

        desk.wait(.seconds(10))
        let again = try await desk.receive(desk.signal("disk", startsAt: began))
        #expect(again.opened == 1)
        #expect(try await desk.alert(again.alerts.first).alert.page != nil)
    }

    @Test func `an alert expires when its source falls silent, and not when it was renewed`() async throws {
        let desk = try await Desk()
        let alert = try #require(
            try await desk.receive(desk.signal("disk", expiresAt: desk.now + .minutes(4))).alerts.first)
        desk.wait(.minutes(3))
        _ = try await desk.receive(desk.signal("disk", expiresAt: desk.now + .minutes(4)))
        desk.wait(.minutes(2))
        _ = try await desk.decide(.deadlinesPassed)
        #expect(try await desk.alert(alert).alert.isOpen)
        desk.wait(.minutes(2))
        _ = try await desk.decide(.deadlinesPassed)
        #expect(try await desk.alert(alert).alert.phase == .resolved(.expiry, at: desk.now))
    }

    @Test func `resolving an incident ends its pages`() async throws {
        let desk = try await Desk()
        let alert = try #require(try await desk.receive(desk.signal("db", severity: "critical")).alerts.first)
        let incident = try await desk.incident(try await desk.alert(alert).alert.incident)
        try await desk.command(.incident(key: incident.key, .changeStatus("resolved", message: nil)))
        let page = try await desk.page(incident.pages.first)
        #expect(page.phase == .ended(why: "INC-2027-01-15-001 is resolved, said Ana.", at: desk.now))
    }

    @Test func `a refused input changes nothing and does not hinder the others of its batch`() async throws {
        let desk = try await Desk()
        let outcomes = try await desk.decide(
            .command(.incident(key: "INC-9", .note("x")), by: Desk.ana),
            .command(.declare(.init(title: "real", severity: "SEV2")), by: Desk.ana),
            .command(.declare(.init(title: "x", severity: "P9")), by: Desk.ana))
        #expect(outcomes.count == 3)
        #expect(throws: Refusal("unknown-incident", "There is no incident \"INC-9\".")) { try outcomes[0].get() }
        #expect(throws: Never.self) { try outcomes[1].get() }
        #expect(
            throws: Refusal(
                "unknown-severity", "\"P9\" is not a severity of the playbook starter: SEV1, SEV2, SEV3, SEV4.")
        ) { try outcomes[2].get() }
        let incidents = try await desk.store.read { try IncidentQueries.list(IncidentFilter(), on: $0) }
        #expect(incidents.map(\.title) == ["real"])
    }

    @Test func `an incident can be exported, and its chain verifies (R9)`() async throws {
        let desk = try await Desk()
        let alert = try #require(try await desk.receive(desk.signal("db", severity: "critical")).alerts.first)
        let incident = try await desk.incident(try await desk.alert(alert).alert.incident)
        try await desk.command(.incident(key: incident.key, .note("a | b <script> *bold*")))
        let (text, chain) = try await desk.store.read { connection in
            let organisation = try Organisation.load(on: connection, desk.keys, shelf: desk.decider.shelf)
            let incident = try #require(try IncidentQueries.incident(incident.id, on: connection))
            return (
                try IncidentExport.markdown(
                    of: incident, organisation: organisation, shelf: desk.decider.shelf,
                    generatedAt: connection.now, on: connection),
                try EventLog.verify(stream: "incident/\(incident.id)", on: connection)
            )
        }
        #expect(chain.broken == nil)
        #expect(text.contains("# INC-2027-01-15-001: Trouble with db"))
        #expect(text.contains("a \\| b &lt;script&gt; \\*bold\\*"))
        #expect(text.contains(chain.head))
    }
}

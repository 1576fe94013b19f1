import Chronology
import Playbooks
import Testing

/// What a document becomes.
@Suite struct PlaybookTests {
    @Test func `the smallest playbook has what it says, and the usual for the rest`() throws {
        let playbook = try SampleDocument.playbook(SampleDocument.smallest)
        #expect(playbook.id == "small")
        #expect(playbook.version == "1.0.0")
        #expect(playbook.zone == .utc)
        #expect(playbook.ladder == ["SEV1", "SEV2"])
        #expect(playbook.rank(of: "SEV2") == 1)
        #expect(playbook.rank(of: "SEV3") == nil)
        #expect(playbook.statuses.map(\.id) == ["declared", "resolved"])
        #expect(playbook.statuses.map(\.state) == [.declared, .resolved])
        #expect(playbook.roles.map(\.count) == [.one])
        #expect(playbook.whenInDoubt == .ask)
        #expect(playbook.progress == [.statusChanged, .hypothesisConcluded, .mitigationSucceeded, .progressNoted])
        #expect(playbook.naming.key.parts == [.literal("INC-"), .sequence(digits: 3)])
        #expect(playbook.standardCalendar == nil)
    }

    @Test func `the five known clocks are there, with owners that the playbook has`() throws {
        let playbook = try SampleDocument.playbook(SampleDocument.smallest)
        #expect(
            playbook.clocks.map { "\($0.id) \($0.from) \($0.until) \($0.owner.map(\.description) ?? "-")" } == [
                "ack alert-fired acknowledged -", "respond declared responding -",
                "first-update declared first-update -",
                "mitigate detected mitigated -", "resolve detected resolved role(ic)",
            ])
        #expect(playbook.clocks.allSatisfy { $0.source == nil })
    }

    @Test func `a known clock says only what differs, and a severity or a type comes before the clock's own rule`()
        throws
    {
        let playbook = try SampleDocument.playbook(
            SampleDocument.smallest(
                and: """
                    clocks:
                      - {id: ack, rule: 15m, all-alerts: true, owner: ic}
                      - {id: tell, title: Tell the regulator, from: detected, until: done}
                    types:
                      - {id: security, title: Security, clocks: {tell: 72h, ack: 1m}}
                    """))
        let ack = try #require(playbook.clock("ack"))
        #expect(ack.from == .milestone(.alertFired))
        #expect(ack.coversAllAlerts)
        #expect(ack.owner == .role("ic"))
        #expect(playbook.clocks.map(\.id) == ["respond", "first-update", "mitigate", "resolve", "ack", "tell"])
        #expect(playbook.rule(of: "ack", severity: "SEV1") == .elapsed(.minutes(15)))
        #expect(playbook.rule(of: "ack", severity: nil) == .elapsed(.minutes(15)))
        #expect(playbook.rule(of: "ack", severity: "SEV1", type: "security") == .elapsed(.minutes(1)))
        #expect(playbook.rule(of: "tell", severity: "SEV1") == .none)
        #expect(playbook.rule(of: "tell", severity: nil, type: "security") == .elapsed(.hours(72)))
        let rare = try SampleDocument.playbook(SampleDocument.rarer)
        #expect(rare.rule(of: "ack", severity: "SEV1") == .immediate(bound: .minutes(5)))
        #expect(rare.rule(of: "ack", severity: "SEV2") == .elapsed(.minutes(15)))
    }

    @Test func `a value by severity is for all, or for some and the others`() {
        let all = BySeverity(others: 1)
        #expect(all["SEV1" as ElementID<Playbook.Severity>] == 1)
        #expect(all[nil] == 1)
        let some = BySeverity([.init("SEV1", 1)], others: 2)
        #expect(some["SEV1" as ElementID<Playbook.Severity>] == 1)
        #expect(some["SEV2" as ElementID<Playbook.Severity>] == 2)
        #expect(some[nil] == nil)
        let few = BySeverity([.init("SEV1", 1)], others: nil)
        #expect(few["SEV2" as ElementID<Playbook.Severity>] == nil)
    }

    @Test func `calendars count in their zone and keep their holidays; one without hours has occasions only`() throws {
        let playbook = try SampleDocument.playbook(SampleDocument.rarer)
        let office = try #require(playbook.standardCalendar)
        #expect(office.name == "office")
        #expect(office.zone.name == "America/New_York")
        #expect(office.hours(on: .monday).map(\.description) == ["09:00-12:00", "13:00-18:00"])
        #expect(office.hours(on: .friday).map(\.description) == ["09:00-15:00"])
        #expect(office.hours(on: .saturday) == [])
        #expect(office.holidays.map(\.name) == ["Christmas Eve", "Christmas Day"])
        #expect(playbook.calendars[1].hours == nil)
        #expect(playbook.calendars[1].zone.name == "Europe/Berlin")
        #expect(
            playbook.calendars[1].occasions.map { $0.when.words } == [
                "every month on the first Tuesday at 10:00 Europe/Berlin"
            ])
    }

    @Test func `a calendar may be named above the place where it is written`() throws {
        let lines = """
            declare-at: SEV1
            follow-up: [{id: a, title: A, by: 4 business hours in office}]
            calendars: [{id: office, hours: {daily: "00:00-24:00"}}]
            """
        let playbook = try SampleDocument.playbook(SampleDocument.smallest(and: lines))
        #expect(playbook.followUp[0].by["SEV1" as ElementID<Playbook.Severity>]?.words == "4 business hours in office")
    }

    @Test func `a cadence is the arithmetic of its severity (S3-32 to S3-35, S4-07)`() throws {
        let playbook = try SampleDocument.playbook(
            SampleDocument.smallest(
                and: """
                    calendars: [{id: office, zone: America/New_York, hours: {mon-fri: "09:00-18:00"}}]
                    audiences: [{id: in, title: Inside}]
                    cadence:
                      - id: a
                        audience: in
                        every: {SEV1: 15m..30m, SEV2: 30m within office}
                        roll: carry
                        after: [{from: 2h, every: 1h}]
                      - {id: b, audience: in, every: {SEV1: on-events, SEV2: daily within office}, while: [declared], promise: false}
                    """))
        let (a, b) = (playbook.cadences[0], playbook.cadences[1])
        let office = try #require(playbook.standardCalendar)
        #expect(
            a.cadence(for: "SEV1")
                == (try Cadence(
                    every: .window(target: .minutes(15), limit: .minutes(30)), roll: .carry,
                    after: [Cadence.Decay(after: .hours(2), every: .elapsed(.hours(1)))])))
        #expect(a.cadence(for: "SEV2")?.within == office)
        #expect(a.during == [])
        #expect(a.isPromise)
        #expect(b.cadence(for: "SEV1") == nil)
        #expect(b.every["SEV1" as ElementID<Playbook.Severity>] == .onEvents)
        #expect(b.cadence(for: "SEV2")?.every == .businessDay)
        #expect(b.during == ["declared"])
        #expect(!b.isPromise)
        #expect(a.cadence(for: nil) == nil)
    }

    @Test func `items are ticked by what they name`() throws {
        let playbook = try SampleDocument.playbook(
            SampleDocument.smallest(
                and: """
                    fields: [{id: data, title: Data at risk, kind: yes-no}]
                    signoffs: [{id: ok, title: OK, subject: resolve, roles: [ic], quorum: 1}]
                    closure:
                      - By hand
                      - {id: told, text: Told, kind: event, event: role-assigned(ic)}
                      - {text: Rate, kind: metric, metric: error-rate < 0.5%, for: 30m}
                      - {text: Quiet, kind: quiet, for: 30m}
                      - {text: Signed, kind: approval, approval: ok}
                      - {text: Asked, kind: question, field: data}
                      - {text: Shown, kind: evidence, link: unfilled}
                      - {text: Chosen, kind: decision, options: [go on, stop], when: data}
                    """))
        #expect(playbook.closure.map(\.id) == ["1", "told", "3", "4", "5", "6", "7", "8"])
        #expect(
            playbook.closure.map(\.check) == [
                .manual, .event(.roleAssigned("ic")),
                .metric(
                    MetricCondition("error-rate", .below, .amount(Amount(millionths: 500_000, isPercent: true))),
                    for: .minutes(30)),
                .quiet(.minutes(30)), .approval("ok"), .question, .evidence, .decision(["go on", "stop"]),
            ])
        #expect(playbook.closure[7].when == Guard(.condition(.yes("data"))))
        #expect(playbook.closure.map { $0.source.line } == Array(18...25))
        #expect(playbook.signoffs[0].quorum == .number(1))
    }

    @Test func `people are roles, targets or audiences, by where they stand`() throws {
        let playbook = try SampleDocument.playbook(
            SampleDocument.smallest(
                and: """
                    targets: [{id: ic, title: The same name, kind: team}]
                    audiences: [{id: in, title: Inside}]
                    communications:
                      - {id: a, on: status(resolved), to: [ic, role(ic), in, declarer], via: [chat, in-app], owner: ic}
                    review: {needed: {others: optional}, attendees: {required: [role(ic), {text: Everybody}]}}
                    """))
        #expect(playbook.communications[0].on == .event(.status("resolved")))
        #expect(playbook.communications[0].to == [.target("ic"), .role("ic"), .audience("in"), .declarer])
        #expect(playbook.communications[0].owner == .role("ic"))
        #expect(playbook.communications[0].via == [.chat, .inApp])
        #expect(playbook.review?.attendees?.required == [.party(.role("ic")), .text("Everybody")])
        #expect(playbook.review?.needed["SEV1" as ElementID<Playbook.Severity>] == .optional)
    }

    @Test func `a severity matrix answers for its values (S2-04)`() throws {
        let playbook = try SampleDocument.playbook(
            SampleDocument.smallest(
                and: """
                    fields:
                      - {id: impact, title: Impact, kind: choice, choices: [wide, narrow]}
                      - {id: urgency, title: Urgency, kind: choice, choices: [high, low]}
                    severity-matrix:
                      rows: {field: impact, values: [wide, narrow]}
                      columns: {field: urgency, values: [high, low]}
                      cells: [[SEV1, SEV2], [SEV2, SEV2]]
                    """))
        let matrix = try #require(playbook.severityMatrix)
        #expect(matrix["wide", "high"] == "SEV1")
        #expect(matrix["narrow", "high"] == "SEV2")
        #expect(matrix["narrow", "none"] == nil)
    }

    @Test func `two documents that say the same are equal, wherever their lines stand`() throws {
        let one = try SampleDocument.playbook(SampleDocument.smallest)
        let other = try SampleDocument.playbook("# A comment\n\n" + SampleDocument.smallest)
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(one.severities[0].source.line == 7)
        #expect(other.severities[0].source.line == 9)
    }

    @Test func `an alias says again what its anchor says`() throws {
        let playbook = try SampleDocument.playbook(
            SampleDocument.smallest(
                and: """
                    follow-up:
                      - {id: a, title: A, by: &due {SEV1: 1d, others: none}}
                      - {id: b, title: B, by: *due}
                    """))
        #expect(playbook.followUp[0].by == playbook.followUp[1].by)
    }

    @Test func `the names of a playbook serve conditions that are written elsewhere`() throws {
        let playbook = try #require(BuiltInPlaybooks.read("autolytiq", zone: InstalledZones.find)?.playbook)
        let condition = try Guard("severity at least P2 and customer-facing", names: playbook.guardNames)
        #expect(condition.fields == ["customer-facing"])
        #expect(throws: GuardFault.self) { try Guard("severity at least SEV1", names: playbook.guardNames) }
    }

    @Test func `reading a large playbook takes milliseconds`() throws {
        // Printed and not judged: how long it takes is the machine's affair.
        for text in BuiltInPlaybooks.texts {
            let time = ContinuousClock().measure { _ = Playbook.read(text.bytes, zone: InstalledZones.find) }
            print("\(text.file): \(text.bytes.count) bytes in \(time)")
        }
        let largest = BuiltInPlaybooks.texts.map(\.bytes.count).max() ?? 0
        #expect(largest < DocumentLimits.bytes / 4, "the limit leaves room for four times the largest of them")
    }
}

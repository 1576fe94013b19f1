import Chronology
import Playbooks
import Testing

/// What a playbook makes of an incident, told before there is one.
@Suite struct StoryTests {
    /// Friday 17:50 in New York, ten minutes before the office closes and two days before clocks are put forward.
    static let friday = "2024-03-08T17:50:00-05:00"

    /// Read once for all tests.
    private static let playbooks: [String: Playbook] = BuiltInPlaybooks.texts.reduce(into: [:]) { playbooks, text in
        playbooks[text.name] = Playbook.read(text.bytes, zone: InstalledZones.find).playbook
    }

    static func playbook(_ name: String) throws -> Playbook { try #require(playbooks[name]) }

    static func story(_ name: String, _ severity: String) throws -> PlaybookStory {
        try story(try playbook(name), ElementID(severity))
    }

    static func story(
        _ playbook: Playbook, _ severity: ElementID<Playbook.Severity>, at instant: String = friday
    ) throws -> PlaybookStory {
        try #require(PlaybookStory(of: playbook, severity: severity, declaredAt: try Instant(rfc3339: instant)))
    }

    /// The sentences of one section, without the lines that they cite.
    static func sentences(_ story: PlaybookStory, _ title: String) -> [String] {
        story.sections.first { $0.title == title }?.sentences.map(\.text) ?? []
    }

    // MARK: Stories

    @Test func `a story is told in sections, in the order of time`() throws {
        let story = try Self.story("starter", "SEV1")
        #expect(
            story.text.replacing(#/ \(line \d+\)/#, with: "") == """
                When nobody does anything
                  at once: a room is opened, #incident-{date}-{slug}
                  at once: On-call is paged
                  at once: "Incident declared" goes to Team and colleagues, owed by Incident commander
                  at once, if "Do customers notice?" is yes: the status page shows "investigating"
                  at once, within 5 min: somebody begins to work on it ("Respond", owed by On-call)
                  after 5 min without an acknowledgement: Backup on-call is paged
                  within 5 min after the alert fires: somebody acknowledges ("Acknowledge", owed by On-call)
                  after 10 min without an acknowledgement: Team lead is paged
                  within 15 min: somebody is told ("First update")
                  every 30 min: update for Team and colleagues, owed by Communications lead, and whenever the \
                status is changed or the severity is changed
                  between 1 h and 4 h after it is detected: it is resolved ("Resolve")

                As it goes on
                  when the status is Identified, if "Do customers notice?" is yes: the status page shows \
                "identified"
                  when the status is Monitoring, if "Do customers notice?" is yes: the status page shows \
                "monitoring"
                  for 30 min after a fix is deployed: Watch for half an hour, owed by Tech lead, before it is \
                resolved

                Who takes part
                  Incident commander is required, falls to On-call, may be taken by anybody and has 5 tasks
                  Tech lead is required, may be taken by anybody and has 2 tasks
                  Communications lead is required, may be taken by anybody and has 2 tasks
                  Scribe is optional and may be taken by anybody

                Before it is resolved
                  Somebody outside the team, or a test from outside, says that it works

                When it is over
                  when it is resolved: "Incident resolved" goes to Team and colleagues, owed by Incident commander
                  when it is resolved, if "Do customers notice?" is yes: the status page shows "resolved"
                  when it is resolved: the checklist "Before you close it" is due, with 4 items

                The review
                  one is required
                  by the close of the 2nd business day (working-hours) after it is resolved: the review is drafted
                  by the close of the 5th business day (working-hours) after it is resolved: the review is held
                  Incident commander and Tech lead take part and Team lead may take part
                  its agenda of 45 min is What happened (15 min); How it could happen and why we did not see it \
                earlier (15 min); What we change (15 min)
                  its document has Summary, Timeline, How it could happen, What we change

                """)
    }

    @Test func `a ladder climbs while there is no progress, whatever else is told meanwhile`() throws {
        #expect(
            Self.sentences(try Self.story("sre", "SEV1"), "When nobody does anything") == [
                #"at once: a room is opened, #incident-{date:compact}-{slug}"#,
                #"at once, if "Is a bridge call needed?" is yes: a call is opened"#,
                #"at once: Incident Commander is given to Primary On-Call"#,
                #"at once: Engineering is told with "Declaration""#,
                #"at once: task: Assign roles: IC, TL, Comms, Scribe, for Incident Commander"#,
                #"at once: Primary On-Call is paged"#,
                #"at once: Engineering Manager is told"#,
                #"at once: Product Manager is told"#,
                #"at once, if "Customer-facing" is yes: Customer Success is told"#,
                #"at once, if the type is security: Security Team is told"#,
                #"at once: "Initial Alert" goes to Engineering, owed by Communications Lead"#,
                #"at once: the status page shows "investigating""#,
                #"within 5 min after the alert fires: somebody acknowledges ("Acknowledge alert in "#
                    + #"PagerDuty", owed by Primary On-Call)"#,
                #"after 15 min without progress: Team lead / Senior engineer is paged"#,
                #"after 15 min from the alert without an acknowledgement: Secondary On-Call is paged"#,
                #"within 15 min: somebody begins to work on it ("Respond", owed by Primary On-Call)"#,
                #"every 30 min: update for Engineering, owed by Communications Lead"#,
                #"after 45 min without progress: Engineering Manager is paged"#,
                #"after 1 h: Executive team is told"#,
                #"after 1 h 45 min without progress: VP Engineering is paged"#,
            ])
    }

    @Test func `what depends on the week is told as a rule, and ordered by the week that is asked for`() throws {
        #expect(
            Self.sentences(try Self.story("pipeline-guard", "SEV-3"), "When nobody does anything") == [
                #"at once: a room is opened, #incident-response"#,
                #"at once: a ticket is created"#,
                #"at once within business hours: On-call Engineer is paged"#,
                #"at once: On-call Engineer may decide on initial-response, basic-troubleshooting and "#
                    + #"known-fixes"#,
                #"at once, if "User-facing functionality affected" is yes: Customer Success is told"#,
                #"at once, if the type is security or data: Legal/Compliance is told"#,
                #"at once, if the incident is public: PR/Marketing is told"#,
                #"at once: "Status update" goes to Technical discussions, owed by Communications Lead"#,
                #"at once, if the incident is public: "Customer Communication" goes to Social media, owed "#
                    + #"by Communications Lead"#,
                #"after 30 min: Team Lead/Senior Engineer may decide on complex-troubleshooting, "#
                    + #"architecture-decisions and resource-allocation"#,
                #"after 1 h: Engineering Manager may decide on cross-team-coordination, vendor-escalation "#
                    + #"and resource-approval"#,
                #"after 2 h: CTO/VP Engineering may decide on executive-involvement, "#
                    + #"external-communication and business-continuity"#,
                #"after 2 h, sooner if "User-facing functionality affected" is yes: "Customer "#
                    + #"Communication" goes to Customers, owed by Communications Lead"#,
                #"after 2 h, sooner if "User-facing functionality affected" is yes: the status page shows "#
                    + #""investigating""#,
                #"every 30 min, from 2 h on, sooner if "User-facing functionality affected" is yes: "#
                    + #"update for Customers, owed by Communications Lead"#,
                #"after 4 h: Team Lead/Senior Engineer is paged"#,
                #"within 4 h: somebody begins to work on it ("Respond", owed by On-call Engineer)"#,
                #"at the opening of the next business day (business): Engineering Manager is paged"#,
                #"every 2 h within business hours: update for Primary coordination channel, owed by "#
                    + #"Communications Lead"#,
                #"within 72 h after it is detected, if the type is security: it is ticked off "#
                    + #"("Regulatory notification requirements", owed by Legal/Compliance)"#,
                #"within 72 h after it is detected, if the type is data: it is ticked off ("Regulatory "#
                    + #"notification requirements", owed by Legal/Compliance)"#,
                #"at the next weekly-review (every Wednesday at 10:00 America/New_York): it is put on the "#
                    + #"agenda of weekly-review for CTO/VP Engineering"#,
            ])
    }

    @Test func `a step that calls nobody and one whose people are called already are told as such`() throws {
        #expect(
            Self.sentences(try Self.story("autolytiq", "P3"), "When nobody does anything") == [
                #"at once: a room is opened, #incidents"#,
                #"at once: its counterpart in PagerDuty is created"#,
                #"at once: Primary On-Call is paged"#,
                #"at once: "Incident channel message (initial)" goes to Incident channel, owed by Primary "#
                    + #"On-Call"#,
                #"at once, if "Customer-facing" is yes: the status page shows "investigating""#,
                #"when it is declared, or the status is changed, or the severity is changed, or it is "#
                    + #"resolved: update for Incident channel, owed by Primary On-Call"#,
                #"when something happens, if "Customer-facing" is yes: update for Status page, owed by "#
                    + #"Primary On-Call, without a promise"#,
                #"after 5 min from the alert without an acknowledgement: Secondary On-Call is paged"#,
                #"within 5 min after the alert fires: somebody acknowledges ("Acknowledge", owed by "#
                    + #"Primary On-Call)"#,
                #"after 30 min: Continue investigation (nobody is called)"#,
                #"after 1 h: Secondary On-Call is called already"#,
                #"within 1 h: somebody begins to work on it ("Respond", owed by Primary On-Call)"#,
                #"after 2 h: Engineering Manager is paged"#,
                #"within 24 h after it is detected: it is resolved ("Resolve", owed by Incident Commander)"#,
            ])
    }

    @Test(arguments: BuiltInPlaybooks.texts)
    func `a story says the same at any time of the week, and cites lines that are there`(
        _ text: BuiltInPlaybooks.Text
    ) throws {
        let lineCount = String(decoding: text.bytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false
        ).count
        let playbook = try Self.playbook(text.name)
        for severity in playbook.ladder {
            let friday = try Self.story(playbook, severity)
            let sunday = try Self.story(playbook, severity, at: "2024-06-09T03:00:00Z")
            #expect(friday.sections.map(\.title) == sunday.sections.map(\.title))
            for (one, other) in zip(friday.sections, sunday.sections) {
                #expect(one.sentences.map(\.description).sorted() == other.sentences.map(\.description).sorted())
                #expect(one.sentences.allSatisfy { sentence in sentence.line.map { 1...lineCount ~= $0 } ?? true })
            }
        }
    }

    @Test func `there is no story of a severity that the playbook does not have`() throws {
        let instant = try Instant(rfc3339: Self.friday)
        #expect(PlaybookStory(of: try Self.playbook("sre"), severity: "P0", declaredAt: instant) == nil)
        #expect(EscalationChart(of: try Self.playbook("sre"), severity: "P0", declaredAt: instant) == nil)
    }

    // MARK: Charts

    static func rows(_ name: String, _ severity: String) throws -> [String] {
        let zone = try #require(InstalledZones.find("America/New_York"))
        return try story(name, severity).chart.rows.map { row in
            let time = row.due.map { $0.weekdayText(in: zone).split(separator: " ") } ?? []
            let due = time.isEmpty ? "-" : "\(time[0]) \(time[2]) \(time[3])"
            let rest = [row.condition, row.isCalled ? nil : "shown", row.note].compactMap(\.self)
            return ([due, row.target ?? "nobody", row.via.rawValue, row.offset] + rest).joined(separator: " | ")
        }
    }

    @Test func `a chart has the rungs of a severity in the order of time`() throws {
        #expect(
            try Self.rows("pipeline-guard", "SEV-2") == [
                #"Fri 17:50 EST | On-call Engineer | page | at once"#,
                #"Fri 17:50 EST | On-call Engineer | page | at once | shown"#,
                #"Fri 17:50 EST | Customer Success | notify | at once | if "User-facing functionality "#
                    + #"affected" is yes"#,
                #"Fri 17:50 EST | Legal/Compliance | notify | at once | if the type is security or data"#,
                #"Fri 17:50 EST | PR/Marketing | notify | at once | if the incident is public"#,
                #"Fri 18:20 EST | Team Lead/Senior Engineer | page | after 30 min | shown"#,
                #"Fri 18:50 EST | Team Lead/Senior Engineer | page | after 1 h"#,
                #"Fri 18:50 EST | Engineering Manager | page | after 1 h | shown"#,
                #"Fri 19:50 EST | CTO/VP Engineering | page | after 2 h | shown"#,
                #"Fri 21:50 EST | Engineering Manager | page | after 4 h"#,
                #"Mon 09:00 EDT | CTO/VP Engineering | page | at the opening of the next business day "#
                    + #"(business)"#,
            ])
        #expect(
            try Self.rows("autolytiq", "P3") == [
                #"Fri 17:50 EST | Primary On-Call | page | at once"#,
                #"Fri 17:55 EST | Secondary On-Call | page | after 5 min from the alert without an "#
                    + #"acknowledgement"#,
                #"Fri 18:20 EST | nobody | page | after 30 min | shown | Continue investigation"#,
                #"Fri 18:50 EST | Secondary On-Call | page | after 1 h | shown"#,
                #"Fri 19:50 EST | Engineering Manager | page | after 2 h"#,
            ])
        #expect(
            try Self.rows("sre", "SEV2") == [
                #"Fri 17:50 EST | Primary On-Call | page | at once"#,
                #"Fri 17:50 EST | Security Team | notify | at once | if the type is security"#,
                #"Fri 18:05 EST | Team lead / Senior engineer | page | after 15 min without progress"#,
                #"Fri 18:05 EST | Secondary On-Call | page | after 15 min from the alert without an "#
                    + #"acknowledgement"#,
                #"Fri 18:35 EST | Engineering Manager | page | after 45 min without progress"#,
                #"Fri 19:35 EST | VP Engineering | page | after 1 h 45 min without progress"#,
            ])
    }

    @Test func `there is a chart for each severity, also for one that calls nobody`() throws {
        let charts = EscalationChart.all(
            of: try Self.playbook("workflow"), declaredAt: try Instant(rfc3339: Self.friday))
        #expect(charts.map(\.severity) == ["P0", "P1", "P2", "P3"])
        #expect(charts.map(\.rows.count) == [1, 1, 1, 0])
    }

    // MARK: Rules in words

    @Test(arguments: [
        ("immediately", "at once"),
        ("30m", "after 30 min"),
        ("48h", "after 48 h"),
        ("1w", "after 7 d"),
        ("4 business hours", "after 4 business hours (office)"),
        ("3 calendar days", "after 3 calendar days"),
        ("3 business days by close", "at the close of the 3rd business day (office)"),
        ("22 business days at 10:00", "at 10:00 on the 22nd business day (office)"),
        ("next business day by open", "at the opening of the next business day (office)"),
        ("next talk", "at the next talk (every Friday at 10:00 UTC)"),
        ("1h..4h", "between 1 h and 4 h"),
        ("15m within office", "after 15 min within office hours"),
    ])
    func `a rule is told in words that hold at any time`(rule: String, words: String) throws {
        let document = SampleDocument.smallest(
            and: """
                calendars:
                  - id: office
                    hours: {mon-fri: "09:00-17:00"}
                    occasions: [{id: talk, when: weekly on friday at 10:00}]
                targets: [{id: a, title: A, kind: role}]
                escalation:
                  - id: table
                    matrix: {rows: [{to: a, SEV1: \(rule)}]}
                """)
        let chart = EscalationChart(
            of: try SampleDocument.playbook(document), severity: "SEV1", declaredAt: try Instant(rfc3339: Self.friday))
        #expect(chart?.rows.map(\.offset) == [words])
    }
}

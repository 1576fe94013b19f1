import Chronology
import Playbooks
import Testing

/// Every way in which the five teams write their escalation comes to the same flat list of rungs (seed table "shape →
/// expansion").
@Suite struct EscalationTests {
    private static let people = """
        calendars:
          - id: office
            zone: America/New_York
            hours: {mon-fri: "09:00-18:00"}
            occasions:
              - {id: weekly-review, when: weekly on wednesday at 10:00}
        fields: [{id: customer-facing, title: Customer-facing, kind: yes-no}]
        targets:
          - {id: on-call, title: On call, kind: schedule}
          - {id: second, title: Second, kind: schedule}
          - {id: lead, title: Team lead, kind: role}
          - {id: manager, title: Manager, kind: role}
          - {id: cto, title: CTO, kind: role}
        audiences:
          - {id: executives, title: Executives}

        """

    private func plan(_ lines: String) throws -> EscalationPlan {
        let indented = lines.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
        let text = SampleDocument.smallest(and: Self.people + "escalation:\n  - id: plan\n" + indented)
        return try #require(try SampleDocument.playbook(text).escalation.first)
    }

    private func check(_ lines: String, _ rungs: [String], _ location: SourceLocation = #_sourceLocation) throws {
        let plan = try plan(lines)
        #expect(plan.rungs().map(\.summary) == rungs, sourceLocation: location)
        #expect(plan.rungs().map(\.index) == Array(rungs.indices), sourceLocation: location)
    }

    @Test func `a ladder counts each level from the one before, and relieves it (S2-29)`() throws {
        try check(
            "ladder: {levels: [{to: on-call}, {to: lead, after: 15m}, {to: manager, after: 30m, mode: add}, {to: cto, after: 1h}]}",
            [
                "all: last-progress + immediately: on-call by page, replace, until progress",
                "all: rung-entered + 15m: lead by page, replace, until progress",
                "all: rung-entered + 30m: manager by page, add, until progress",
                "all: rung-entered + 1h: cto by page, replace, until progress",
            ])
    }

    @Test func `a matrix has a rung for each cell that is one (S3-07 to S3-10)`() throws {
        try check(
            """
            matrix:
              rows:
                - {to: on-call, SEV1: immediately, SEV2: immediately within office}
                - {to: lead, SEV1: 15m, SEV2: next business day by open}
                - {to: manager, SEV1: "immediately, within 5m within office", SEV2: agenda weekly-review}
                - {to: [cto, executives], SEV1: 1h, SEV2: none}
            """,
            [
                "SEV1: severity-entered + immediately: on-call by page, add, until resolved",
                "SEV2: severity-entered + immediately: on-call by page, add, until resolved, within office",
                "SEV1: severity-entered + 15m: lead by page, add, until resolved",
                "SEV2: severity-entered + next business day by open in office: lead by page, add, until resolved",
                "SEV1: severity-entered + immediately, within 5m: manager by page, add, until resolved, within office",
                "SEV2: severity-entered + next weekly-review in office: manager by agenda weekly-review, add, until never",
                "SEV1: severity-entered + 1h: cto executives by page, add, until resolved",
            ])
    }

    @Test func `windows add people and keep what calls nobody (S4-15 to S4-18)`() throws {
        try check(
            """
            windows:
              rows:
                - severity: SEV1
                  at: {0m: [on-call, second], 30m: [manager]}
                - severity: SEV2
                  at:
                    0m: {to: on-call, via: notify, within: office}
                    30m: Continue investigation
                    1h: [second]
            """,
            [
                "SEV1: declared + 0s: on-call second by page, add, until resolved",
                "SEV1: declared + 30m: manager by page, add, until resolved",
                "SEV2: declared + 0s: on-call by notify, add, until resolved, within office",
                "SEV2: declared + 30m: nobody by page, add, until resolved, \"Continue investigation\"",
                "SEV2: declared + 1h: second by page, add, until resolved",
            ])
    }

    @Test func `a single action is one rung, and none is none (S1-03 to S1-06)`() throws {
        try check(
            """
            single:
              rows:
                - {severity: SEV1, to: on-call, via: page, after: immediately}
                - {severity: SEV2, none: true}
            """,
            ["SEV1: declared + immediately: on-call by page, add, until resolved"])
        try check(
            "single: {from: detected, rows: [{severity: [SEV1, SEV2], to: lead, via: notify, after: \"immediately, within 15m\"}]}",
            [
                "SEV1: detected + immediately, within 15m: lead by notify, add, until resolved",
                "SEV2: detected + immediately, within 15m: lead by notify, add, until resolved",
            ])
    }

    @Test func `a rule on declare hangs on its condition (S0-16, S2-30, S2-31)`() throws {
        try check(
            """
            when: kind is real
            on-declare:
              - {to: manager, when: severity is SEV1, via: notify}
              - {to: role(ic), when: severity is SEV1 and customer-facing, via: notify}
              - {to: executives, after: 1h, when: severity is SEV1 and active for 1h, via: notify}
            """,
            [
                "all: declared + immediately: manager by notify, add, until resolved, if kind is real and severity is SEV1",
                "all: declared + immediately: role(ic) by notify, add, until resolved, if kind is real and severity is SEV1 and customer-facing",
                "all: declared + 1h: executives by notify, add, until resolved, if kind is real and severity is SEV1 and active for 1h",
            ])
    }

    @Test func `a timeout waits for the acknowledgement (S2-38, S4-12)`() throws {
        try check(
            "ack-timeout: {after: 15m, to: second}", ["all: alert-fired + 15m: second by page, add, until acknowledged"]
        )
    }

    @Test func `levels give authority after a time, whatever the severity (S3-43, S3-44)`() throws {
        try check(
            "levels: {rows: [{to: on-call, at: 0m, authority: [known-fixes]}, {to: lead, at: 30m, via: notify, note: Decide}]}",
            [
                "all: declared + 0s: on-call by page, add, until resolved, may known-fixes",
                "all: declared + 30m: lead by notify, add, until resolved, \"Decide\"",
            ])
    }

    @Test func `what is escalated by hand has no rungs of its own (S4-19)`() throws {
        let plan = try plan("manual: {requires: [link, why], note: required}")
        #expect(plan.rungs() == [])
        guard case .manual(let manual) = plan.form else {
            Issue.record("\(plan.form)")
            return
        }
        #expect(manual.requires == ["link", "why"])
        #expect(manual.isNoteRequired)
    }

    @Test func `another severity has other rungs under the same numbers`() throws {
        let plan = try plan("matrix: {rows: [{to: on-call, SEV1: 1m, SEV2: 2m}, {to: lead, SEV1: 3m, SEV2: 4m}]}")
        #expect(plan.rungs(for: "SEV1").map(\.index) == [0, 2])
        #expect(plan.rungs(for: "SEV2").map(\.index) == [1, 3])
        #expect(plan.rungs(for: "SEV9") == [])
        let ladder = try self.plan("ladder: {levels: [{to: on-call}, {to: lead, after: 15m}]}")
        #expect(ladder.rungs(for: "SEV1") == ladder.rungs())
    }

    @Test func `a rung knows its line`() throws {
        let plan = try plan("ladder:\n  levels:\n    - {to: on-call}\n    - {to: lead, after: 15m}")
        // 14 lines of the smallest playbook, 15 of people, and two of the plan come before.
        #expect(plan.rungs().map(\.line) == [34, 35])
    }

    // MARK: Golden times

    /// Friday 2024-03-08 17:50 EST; the clocks change on the Sunday after.
    private static let declared = Instant(seconds: 1_709_938_200)

    @Test(arguments: [
        ("pipeline-guard", "SEV-1", ["17:50", "18:05", "18:20", "18:50"]),
        ("autolytiq", "P1", ["17:50", "18:20", "18:50", "19:50"]),
    ]) func `the built-in playbooks call at the times of the seeds (S3-07 to S3-10, S4-15)`(
        _ name: String, _ severity: String, _ times: [String]
    ) throws {
        let playbook = try #require(BuiltInPlaybooks.read(name, zone: InstalledZones.find)?.playbook)
        let newYork = try #require(InstalledZones.find("America/New_York"))
        let plan = try #require(
            playbook.escalation.first { plan in
                switch plan.form {
                case .matrix, .windows: true
                case .ladder, .single, .onDeclare, .acknowledgementTimeout, .levels, .manual: false
                }
            })
        let due = plan.rungs(for: ElementID(severity)).compactMap { rung in
            rung.after.due(from: Self.declared, in: TimeRule.Terms(zone: playbook.zone)).target
        }
        #expect(due.map { String(newYork.civil(at: $0).time.description.prefix(5)) } == times)
    }

    @Test func `the ladder of the built-in playbook dwells 15, 30 and 60 minutes (S2-29)`() throws {
        let playbook = try #require(BuiltInPlaybooks.read("sre", zone: InstalledZones.find)?.playbook)
        let ladder = try #require(
            playbook.escalation.first { plan in if case .ladder = plan.form { true } else { false } })
        var entered = Self.declared
        var times: [String] = []
        let newYork = try #require(InstalledZones.find("America/New_York"))
        for rung in ladder.rungs() {
            entered = try #require(rung.after.due(from: entered, in: TimeRule.Terms(zone: playbook.zone)).target)
            times.append(String(newYork.civil(at: entered).time.description.prefix(5)))
        }
        #expect(times == ["17:50", "18:05", "18:35", "19:35"])
    }
}

extension Rung {
    /// All of it but for its number and place, in one line.
    fileprivate var summary: String {
        let zone = Zone.utc
        let names = targets.map { target in if case .target(let id) = target { id.text } else { target.short } }
        let rule = TimeRuleNotation(zone: zone, calendars: [], standard: nil).text(after)
        var text = "\(severity?.text ?? "all"): \(anchor) + \(plain(rule)): "
        text += names.isEmpty ? "nobody" : names.joined(separator: " ")
        text += " by \(via.word), \(mode.rawValue), until \(until)"
        if let within { text += ", within \(within.name)" }
        if condition != .always { text += ", if \(condition)" }
        if let note { text += ", \"\(note)\"" }
        if !authority.isEmpty { text += ", may \(authority.joined(separator: " "))" }
        return text
    }

    /// A recurrence that the notation does not know is spelled out; here its name is enough.
    private func plain(_ rule: String) -> String {
        if case .nextOccurrence(let recurrence) = after, let name = recurrence.name { return "next \(name) in office" }
        return rule
    }
}

extension Party {
    fileprivate var short: String {
        switch self {
        case .audience(let id): id.text
        case .role, .target, .declarer: description
        }
    }
}

extension Rung.Delivery {
    fileprivate var word: String {
        switch self {
        case .page: "page"
        case .notify: "notify"
        case .digest: "digest"
        case .agenda(let recurrence): "agenda \(recurrence.name ?? "")"
        }
    }
}

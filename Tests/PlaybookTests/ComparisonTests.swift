import Playbooks
import Testing

/// What one playbook says otherwise than another.
@Suite struct ComparisonTests {
    /// A document with something of everything that is compared by a rule of its own.
    static let document = SampleDocument.smallest(
        and: """
            calendars: [{id: office, hours: {mon-fri: "09:00-17:00"}}]
            fields: [{id: reach, title: Reach, kind: choice, choices: [all, some]}]
            targets:
              - {id: on-call, title: On-call, kind: schedule}
              - {id: team-lead, title: Team lead, kind: role}
            audiences: [{id: inside, title: Inside, channels: [room]}]
            escalation:
              - id: matrix
                matrix:
                  rows:
                    - {to: on-call, SEV1: immediately, SEV2: immediately}
                    - {to: team-lead, SEV1: 30m, SEV2: 1h}
              - id: climb
                when: reach is all
                ladder:
                  levels: [{to: on-call}, {to: team-lead, after: 15m}]
            cadence:
              - {id: inside, audience: inside, every: {SEV1: 30m, SEV2: 1h}, template: news}
            templates:
              - id: news
                title: News
                audience: inside
                body: |
                  It is known.
                  We look into it.
                  Soon more.
            review: {needed: required, hold-by: 3 business days by close}
            """
    ).replacing("meaning: Some of it is down}", with: "meaning: Some of it is down, clocks: {respond: 1h}}")

    struct Edit: CustomTestStringConvertible {
        let changes: [(String, String)]
        let sentences: [String]

        init(_ old: String, _ new: String, _ sentences: String...) {
            changes = [(old, new)]
            self.sentences = sentences
        }

        var testDescription: String { sentences.first ?? "nothing" }
    }

    static let edits: [Edit] = [
        Edit("respond: 1h", "respond: 30m", "SEV2: respond within 30m instead of 1h"),
        Edit("respond: 1h", "respond: none", "SEV2: respond none instead of 1h"),
        Edit(
            "respond: 1h", "ack: \"immediately, within 5m\"",
            "SEV2: ack at once and within 5m, of which nothing was said",
            "SEV2: respond is not mentioned any more, which was 1h"),
        Edit(
            "to: team-lead, SEV1: 30m", "to: team-lead, SEV1: 15m",
            "Team lead is paged after 15m instead of 30m (SEV1, plan matrix)"),
        Edit(
            "SEV1: 30m, SEV2: 1h}\n  - id", "SEV1: next business day by open, SEV2: none}\n  - id",
            #"plan matrix: decision to call nobody: "team-lead for SEV2" added"#,
            "Team lead is paged on the next business day by open instead of after 30m (SEV1, plan matrix)",
            "Team lead is paged no more, which was after 1h (SEV2, plan matrix)"),
        Edit(
            "to: on-call, SEV1: immediately, SEV2: immediately",
            "to: on-call, SEV1: immediately within office, SEV2: immediately within office",
            "On-call is paged at once within office instead of at once (plan matrix)"),
        Edit(
            "{to: team-lead, after: 15m}", "{to: team-lead, after: 20m, via: notify}",
            "Team lead is told 20m after the one before, and no longer is paged 15m after the one before (plan climb)"),
        Edit(
            "{to: team-lead, after: 15m}", "{to: team-lead, after: 15m, mode: add}",
            "Team lead is paged 15m after the one before: add instead of replace (plan climb)"),
        Edit(
            "when: reach is all", "when: reach is some",
            #"plan climb: condition "reach is some" instead of "reach is all""#),
        Edit(
            "- {id: ic, title: Incident Commander}",
            "- {id: ic, title: Incident Commander}\n  - {id: scribe, title: Scribe}", "role scribe added"),
        Edit(
            "title: Incident Commander", "title: Commander, default: on-call",
            #"role ic: title "Commander" instead of "Incident Commander""#, "role ic: default on-call added"),
        Edit(
            "      Soon more.\n", "      A fix is on its way.\n      Thank you.\n      Bye.\n",
            "template news: text changed (+3 -1 lines)"),
        Edit(
            "every: {SEV1: 30m, SEV2: 1h}", "every: {SEV1: 15m within office, SEV2: 1h}",
            "cadence inside: every 15m within office instead of every 30m (SEV1)"),
        Edit(
            "every: {SEV1: 30m, SEV2: 1h}", "every: on-events",
            "cadence inside: on events instead of every 30m (SEV1)",
            "cadence inside: on events instead of every 1h (SEV2)"),
        Edit(
            "mon-fri: \"09:00-17:00\"", "mon-thu: \"09:00-17:00\"",
            "calendar office: hours Mon-Thu 09:00-17:00 instead of Mon-Fri 09:00-17:00"),
        Edit(
            "hold-by: 3 business", "hold-by: 5 business",
            "review: hold by 5 business days by close instead of 3 business days by close"),
        Edit("id: SEV2", "id: SEV3", "rank 2 is SEV3 instead of SEV2"),
        Edit("choices: [all, some]", "choices: [some, all]", "field reach: choice: another order"),
        // The same in other words.
        Edit("every: {SEV1: 30m, SEV2: 1h}", "every: {SEV1: 30m, others: 1h}"),
        Edit("version: 1.0.0\nowner: Ops", "# A comment.\nowner: Ops\nversion: \"1.0.0\""),
    ]

    @Test(arguments: edits)
    func `a change is told by what it means`(_ edit: Edit) throws {
        let changed = edit.changes.reduce(Self.document) { text, change in text.replacing(change.0, with: change.1) }
        // What names a severity has to follow it.
        let text = changed.contains("id: SEV3") ? changed.replacing("SEV2", with: "SEV3") : changed
        try #require(text != Self.document)
        let comparison = PlaybookComparison(
            try SampleDocument.playbook(Self.document), try SampleDocument.playbook(text))
        #expect(comparison.changes.map(\.sentence) == edit.sentences)
    }

    @Test(arguments: BuiltInPlaybooks.texts)
    func `a playbook is no different from itself`(_ text: BuiltInPlaybooks.Text) throws {
        let one = try StoryTests.playbook(text.name)
        let shifted = Playbook.read(Array("# A line more.\n".utf8) + text.bytes, zone: InstalledZones.find).playbook
        #expect(PlaybookComparison(one, try #require(shifted)).changes == [])
    }

    @Test func `a change knows where it stands in both documents`() throws {
        let text = "# One line more.\n" + Self.document.replacing("respond: 1h", with: "respond: 30m")
        let comparison = PlaybookComparison(
            try SampleDocument.playbook(Self.document), try SampleDocument.playbook(text))
        #expect(comparison.changes.map(\.oldLine) == [8])
        #expect(comparison.changes.map(\.newLine) == [9])
    }

    @Test func `two playbooks are set side by side by rank, and grouped by topic (X1, X21)`() throws {
        let one = try StoryTests.playbook("sre")
        let other = try StoryTests.playbook("autolytiq")
        let comparison = PlaybookComparison(one, other)
        let severities = try #require(comparison.topics.first { $0.topic == .severities }).changes.map(\.sentence)
        #expect(
            severities.filter { $0.hasPrefix("rank") } == [
                "rank 1 is P1 instead of SEV1", "rank 2 is P2 instead of SEV2", "rank 3 is P3 instead of SEV3",
                "rank 4 is P4 instead of SEV4",
            ])
        #expect(
            severities.filter { $0.hasPrefix("SEV1/P1: criterion") } == [
                #"SEV1/P1: criterion "broken is platform and reach is all" added"#,
                #"SEV1/P1: criterion "broken is core-functions" added"#,
                #"SEV1/P1: criterion "data is lost" added"#, #"SEV1/P1: criterion "breach" added"#,
                #"SEV1/P1: criterion "transactions-failing" added"#, #"SEV1/P1: criterion "data-at-risk" removed"#,
            ])
        #expect(severities.contains("SEV2/P2: respond within 15m instead of 30m"))
        let order = PlaybookComparison.Topic.allCases
        let topics = comparison.topics.map(\.topic)
        #expect(topics == order.filter(topics.contains))
        #expect(comparison.changes == comparison.topics.flatMap(\.changes))
    }

    @Test func `whatever is changed in a document is told, unless it means the same`() throws {
        let lines = SampleDocument.rarer.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let old = try SampleDocument.playbook(SampleDocument.rarer)
        var told = 0
        for (index, line) in lines.enumerated() {
            // One of the two for each line: reading so many documents takes its time.
            if let changed = Self.changes(of: line).dropFirst(index % 2).first {
                var text = lines
                text[index] = changed
                guard let new = SampleDocument.read(text.joined(separator: "\n")).playbook, new != old else { continue }
                #expect(!PlaybookComparison(old, new).changes.isEmpty, "line \(index + 1): \(changed)")
                told += 1
            }
        }
        #expect(told > 30)
    }

    /// The last word with a letter more, and the first number with another digit.
    private static func changes(of line: String) -> [String] {
        var changes: [String] = []
        if let end = line.lastIndex(where: \.isLetter) {
            changes.append(line.prefix(through: end) + "x" + line[line.index(after: end)...])
        }
        if let digit = line.firstIndex(where: \.isNumber) {
            changes.append(
                line.prefix(upTo: digit) + (line[digit] == "1" ? "2" : "1") + line[line.index(after: digit)...])
        }
        return changes
    }
}

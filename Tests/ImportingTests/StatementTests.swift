import Importing
import Testing

/// Single statements in running text, each of which a reader would take for a rule.
@Suite struct StatementTests {
    private static let ladder =
        "# A\n\nTimes are in UTC.\n\n| Severity | Impact |\n|---|---|\n| S1 | all |\n| S2 | some |\n| S3 | few |\n\n"

    struct Statement: Sendable, CustomTestStringConvertible {
        let text: String
        let block: String
        /// Parts of what is asked about its lines, each once.
        let asks: [String]
        var testDescription: String { text }

        init(_ text: String, _ block: String, asks: String...) {
            self.text = text
            self.block = block
            self.asks = asks
        }
    }

    @Test(arguments: [
        Statement(
            "Our office hours are Mon–Fri, 8.30 to 17:00.", "hours:\n  mon-fri: 08:30-17:00", asks: "on which holidays"),
        Statement(
            "Business hours: 7:00 AM - 6:00 PM daily.", "hours:\n  daily: 07:00-18:00", asks: "on which holidays"),
        Statement(
            "Business hours: 9am-5pm", "hours:\n  mon-fri: 09:00-17:00", asks: "on which days?", "on which holidays"),
        Statement("Everything at S2 or worse is declared as an incident.", "declare-at: S2"),
        Statement("When in doubt, take the higher level.", "when-in-doubt: higher"),
        Statement(
            "We watch for 24 hours after an S1 and 4 hours after an S2.",
            "- id: observation-2\n  title: \"Observation: 4 hours after an S2.\"\n  from: resolved\n  for: 4h\n"
                + "  when: severity is S2",
            asks: "The observation of 24h", "The observation of 4h"),
        Statement(
            "If nobody acknowledges within 10 minutes, the secondary is paged.",
            "ack-timeout:\n  after: 10m\n  from: alert-fired\n  to: target(secondary)",
            asks: "is secondary called when nobody has acknowledged"),
        Statement(
            "After the incident: A review is required for S1, optional for S2.",
            "needed:\n  S1: required\n  S2: optional\n  others: optional"),
    ])
    func `a sentence that sets a rule is taken for it`(_ statement: Statement) {
        let result = imported(Self.ladder + "## Afterwards\n\n" + statement.text + "\n")
        let first = String(statement.block.split(separator: "\n")[0])
        #expect(result.blocks(first).contains(statement.block), "\(result.plainDraft)")
        for part in statement.asks {
            #expect(result.questions.count { $0.line == 13 && $0.text.contains(part) } == 1, "\(result.questions)")
        }
        #expect(result.faults == [])
    }

    @Test(arguments: [
        ("The regulator hears of it within 72 hours.", "a time"), ("S1 goes to the press desk.", "a severity"),
        ("Drivers must not be called.", "a duty"),
    ])
    func `a sentence that states something and is not understood becomes a question`(_ text: String, _ what: String) {
        let result = imported(Self.ladder + "## Odds\n\n* \(text)\n")
        let asked = result.questions.filter { $0.line == 13 }
        #expect(
            asked.map(\.text) == ["\"\(text)\" names \(what), and nothing of the draft follows from it: what should?"])
        #expect(asked.map(\.meanwhile) == ["nothing"])
    }

    @Test func `a sentence that states nothing is left out`() {
        let result = imported(Self.ladder + "## Odds\n\n* The coffee machine is on the third floor.\n")
        #expect(result.findings.filter { $0.lines == [13] }.map(\.kind) == [.leftOut])
    }

    @Test(arguments: [
        ("3 June 2025", "2025-06-03"), ("June 3rd, 2025", "2025-06-03"), ("2025/06/03", "2025-06-03"),
        ("03.06.2025", "2025-06-03"), ("25/12/2025", "2025-12-25"), ("12/25/2025", "2025-12-25"),
        ("29 February 2024", "2024-02-29"),
    ])
    func `a date that can be read in one way is read`(_ written: String, _ date: String) {
        #expect(imported("# A\n\n**Updated**: \(written)\n").blocks("updated: \(date)") == ["updated: \(date)"])
    }

    @Test(arguments: ["03/06/2025", "30.02.2025", "yesterday", "2025-13-01", "99999999999999999999/1/1"])
    func `a date that can be read in two ways or in none is asked about`(_ written: String) {
        let result = imported("# A\n\n**Updated**: \(written)\n")
        #expect(result.questions.filter { $0.line == 3 }.map(\.meanwhile) == ["nothing"])
        #expect(!result.plainDraft.contains("updated:"))
    }

    @Test(arguments: [
        ("S1 and S2", ["S1", "S2"]), ("S1/2", ["S1", "S2"]), ("24 hours after S1 and 3 hours after that", ["S1"]),
        ("Severity 2", ["S2"]), ("sev-3", ["S3"]), ("S2 or worse", ["S1", "S2"]), ("S1 and 50%", ["S1"]),
    ])
    func `severities are found by any of their spellings, and the numbers of times are none`(
        _ text: String, _ ids: [String]
    ) {
        let result = imported(Self.ladder + "## Roles\n\n### Scribe\n\nRequired for \(text).\n\n- Writes\n")
        let condition =
            ids.count == 1
            ? "severity is \(ids[0])" : "severity at least \(ids[ids.count - 1])"
        #expect(result.blocks("required: \(condition)").count == 1, "\(result.blocks("- id: scribe"))")
    }

    @Test func `two times for one thing are asked about, whichever stands first`() {
        let result = imported(
            Self.ladder + "## Paging\n\n- If nobody answers within 5 minutes, the secondary is paged.\n"
                + "- The secondary is paged after 15 minutes.\n")
        #expect(
            result.questions.filter { $0.line == 14 }.map(\.text) == [
                "\"The secondary is paged after 15 minutes.\": line 13 says 5m of the same: after how long is secondary "
                    + "called?"
            ])
    }
}

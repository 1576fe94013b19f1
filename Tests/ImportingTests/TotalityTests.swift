import Importing
import Playbooks
import Testing

/// Whatever is imported: it ends, with a draft that the reader takes and with every line accounted for.
@Suite struct TotalityTests {
    private func check(_ bytes: [UInt8], _ what: String, _ location: SourceLocation = #_sourceLocation) {
        let result = ProcedureImport.read(bytes, zone: InstalledZones.find)
        let faults = result.faults
        #expect(faults == [], "\(what)", sourceLocation: location)
        let text = String(decoding: bytes, as: UTF8.self)
        guard bytes.count <= ImportLimits.bytes, !bytes.contains(0x0d), text.utf8.elementsEqual(bytes) else { return }
        let shown = text.unicodeScalars.filter { $0 == "\n" || ($0.value >= 0x20 && $0.value != 0x7f) }
        guard shown.count == text.unicodeScalars.count else { return }
        #expect(result.unaccounted(of: text) == [], "\(what)", sourceLocation: location)
    }

    @Test(.timeLimit(.minutes(3)), arguments: 1...40)
    func `random bytes`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 0...3_000, using: &generator)
        check((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }, "seed \(seed)")
    }

    /// Pieces of which procedures are made, in every order that makes no sense.
    private static let pieces = [
        "# Incident", "## Severity Levels", "### P1 - Critical", "### Phase 2: Investigation (15-60 minutes)",
        "#### Level 1: On-call (0-30 min)",
        "**Response Time**: Immediate", "**Response Time**: < 4 hours (business hours)", "**Tasks**:",
        "- [ ] Check [x] ____", "- SEV-1: Every 15 minutes",
        "1. **Acknowledge** (5 min)", "   - nested [Text]", "      - deeper", "| Severity | Response Time | Examples |",
        "|---|---|---|",
        "| P1 | next day | a, b |", "| Role | P1 | P2 |", "| CTO | 15 min | Weekly review |", "```bash", "```",
        "# comment", "kubectl delete pod <pod> \\",
        "Level 2: Team lead", "(15 min no progress)", "Subject: [A] [B | C]", "{{severity.label}} \\{{",
        "Next update: [Time] ET", "> quoted", "---", "===",
        "<!-- comment", "-->", "**Symptoms**: a, b", "**Resolution**:", "Within 24 hours:", "**Agenda** (60 minutes):",
        "~~~", "`code", "[link](http://a)",
        "\"", "'", ": x", "key: [", "- - -", "* * *", "99999999999. x", "%", "@", "!tag", "&a *b", "\u{fffd}\u{fffe}",
        "ünï 🚨 ‚â•", "", "", "",
        "Handoff: Monday 25:99 PM", "P1/P2/P3", "#incident-2024-99-99-x", "INC-YYYY-MM-DD-NNNNNNNNNNNNNN",
        "every 0 minutes", "0-0 min", "50%-10%",
    ]

    @Test(.timeLimit(.minutes(5)), arguments: 1...80)
    func `random Markdown`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...120, using: &generator)
        let lines = (0..<count).map { _ -> String in
            let indent = String(repeating: " ", count: [0, 0, 0, 2, 3, 4][Int.random(in: 0...5, using: &generator)])
            let parts = (0...Int.random(in: 0...1, using: &generator)).map { _ in
                Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &generator)]
            }
            return indent + parts.joined(separator: " ")
        }
        check(Array((lines.joined(separator: "\n") + "\n").utf8), "seed \(seed)")
    }

    @Test(.timeLimit(.minutes(5)), arguments: Procedure.allCases, 1...3)
    func `a procedure whose lines were shuffled, dropped or doubled`(_ procedure: Procedure, _ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var lines = String(decoding: try procedure.bytes(), as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        switch seed % 3 {
        case 0: lines.shuffle(using: &generator)
        case 1: lines = lines.filter { _ in Int.random(in: 0...4, using: &generator) > 0 }
        default: lines = lines.flatMap { Int.random(in: 0...3, using: &generator) == 0 ? [$0, $0] : [$0] }
        }
        check(Array(lines.joined(separator: "\n").utf8), "\(procedure), seed \(seed)")
    }

    @Test(.timeLimit(.minutes(5)), arguments: Procedure.allCases)
    func `a procedure that breaks off anywhere`(_ procedure: Procedure) throws {
        let bytes = try procedure.bytes()
        for part in 1...8 { check(Array(bytes.prefix(bytes.count * part / 9)), "\(procedure), \(part) of 9") }
    }

    struct Oddity: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        var testDescription: String { name }

        init(_ name: String, _ text: String) {
            self.name = name
            self.text = text
        }

        init(_ name: String, _ piece: String, times count: Int, then end: String = "") {
            self.init(name, String(repeating: piece, count: count) + end)
        }

        init(_ name: String, _ count: Int, _ piece: (Int) -> String) {
            self.init(name, (0..<count).map(piece).joined(separator: "\n"))
        }
    }

    static let oddities = [
        Oddity("nothing", ""),
        Oddity("one byte", "#"),
        Oddity("one word", "outage"),
        Oddity("a line that never ends", "a", times: 200_000),
        Oddity("brackets", "[", times: 20_000),
        Oddity("nested lists", 600) { String(repeating: " ", count: $0 % 80 * 2) + "- x" },
        Oddity("nested quotes", ">", times: 2_000, then: " x"),
        Oddity("headings", "# h\n\n", times: 2_000),
        Oddity(
            "a wide table",
            "|" + String(repeating: "a|", count: 2_000) + "\n|" + String(repeating: "-|", count: 2_000) + "\n|b|"),
        Oddity("a fence that is never closed", "x 'y\n", times: 2_000, then: "```bash\n'"),
        Oddity("empty lines", "\n", times: 30_000),
        Oddity("underscores", "_", times: 20_000),
        Oddity("one heading many times", "# Escalation\n\n**Immediately notify:**\n- Manager\n\n", times: 500),
        Oddity("more scenarios than a playbook takes", 600) { "## S\($0)\n**Symptoms**: a\n**Resolution**: b\n" },
        Oddity(
            "a version that is too long",
            "# T\n\n**Version**: "
                + "1", times: 1, then: String(repeating: "1", count: 6_000)),
        Oddity("a title that is too long", "# T", times: 1, then: String(repeating: " T", count: 5_000)),
    ]

    @Test(.timeLimit(.minutes(5)), arguments: oddities)
    func `what nobody writes`(_ oddity: Oddity) { check(Array(oddity.text.utf8), oddity.name) }

    @Test func `what lies beyond the limits is left out and told`() {
        let long = imported(String(repeating: "x\n", count: ImportLimits.lines + 5))
        #expect(long.findings(.leftOut).contains { "\($0)".contains("from line \(ImportLimits.lines + 1) on") })
        let large = ProcedureImport.read(
            [UInt8](repeating: UInt8(ascii: "x"), count: ImportLimits.bytes + 1), zone: InstalledZones.find)
        #expect(large.findings(.leftOut).contains { "\($0)".contains("from line 2 on") })
        #expect(large.repairs.map(\.cause) == [.tooLong])
    }

    @Test func `what the reader refuses is taken out of the draft and told with its sentence`() throws {
        let result = imported("# T\n\n**Version**: \(String(repeating: "1", count: 6_000))\n")
        let told = result.findings(.leftOut).map(\.description)
        #expect(
            told.contains {
                $0.hasPrefix("line 3: left out: the reader of playbooks refuses") && $0.contains("6000 bytes")
            }, "\(told)")
        #expect(result.faults == [])
    }
}

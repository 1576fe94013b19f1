import Importing
import Playbooks
import Testing

/// What holds for each of the written procedures.
@Suite struct ProcedureImportTests {
    @Test(arguments: Procedure.allCases)
    func `the draft is a playbook that the reader takes without an error`(_ procedure: Procedure) throws {
        let result = try procedure.imported()
        let reading = Playbook.read(Array(result.draft.utf8), zone: InstalledZones.find)
        #expect(reading.faults.map(\.description) == [])
        #expect(reading.playbook != nil)
        // What the reader refuses would have been taken out, and told.
        #expect(result.findings(.leftOut).filter { "\($0)".contains("the reader of playbooks refuses") } == [])
    }

    @Test(arguments: Procedure.allCases)
    func `a draft can be followed as it stands: lint warns and finds no error`(_ procedure: Procedure) throws {
        let text = Array(try procedure.imported().draft.utf8)
        let playbook = try #require(Playbook.read(text, zone: InstalledZones.find).playbook)
        let findings = PlaybookLint.findings(of: playbook, text: text)
        #expect(findings.filter { $0.severity == .error }.map(\.description) == [])
    }

    @Test(arguments: Procedure.allCases)
    func `every line that is not blank is understood, asked about or left out with a reason`(_ procedure: Procedure)
        throws
    {
        let text = String(decoding: try procedure.bytes(), as: UTF8.self)
        #expect(try procedure.imported().unaccounted(of: text) == [])
    }

    @Test(arguments: Procedure.allCases)
    func `no line is left out that names a time, a severity or a duty`(_ procedure: Procedure) throws {
        let text = String(decoding: try procedure.bytes(), as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        let stated = ["minute", "hour", " day", "SEV", "S1", "S2", "Priority", "must", "require"]
        for line in try procedure.imported().leftOutLines where !text[line - 1].hasPrefix("1. [") {
            #expect(!stated.contains { text[line - 1].contains($0) }, "line \(line): \(text[line - 1])")
        }
    }

    @Test(arguments: Procedure.allCases)
    func `the same bytes give the same draft and the same findings`(_ procedure: Procedure) throws {
        let (first, second) = (try procedure.imported(), try procedure.importedAnew())
        #expect(first.draft == second.draft)
        #expect(first.findings == second.findings)
        #expect(first.report == second.report)
    }

    @Test(arguments: Procedure.allCases)
    func `every question stands in the draft as a comment, and every path of a finding leads to something`(
        _ procedure: Procedure
    ) throws {
        let result = try procedure.imported()
        let asked = result.draft.split(separator: "\n").filter { $0.contains("# To be answered") }.count
        #expect(asked == result.questions.count)
        for question in result.questions { #expect(question.text.contains("?"), "\(question)") }
        for finding in result.findings {
            switch finding.outcome {
            case .understood(_, let path), .ambiguous(_, _, _, let path):
                #expect(path.isEmpty || result.holds(path), "\(finding)")
            case .leftOut: continue
            }
        }
        #expect(!result.holds("severities.nobody") && !result.holds("templates.9999"))
    }

    @Test(arguments: Procedure.allCases)
    func `every heading is in a comment of the draft with its anchor`(_ procedure: Procedure) throws {
        let text = String(decoding: try procedure.bytes(), as: UTF8.self)
        let result = try procedure.imported()
        var isFence = false
        var count = 0
        for line in text.split(separator: "\n") {
            if line.drop(while: { $0 == " " }).hasPrefix("```") { isFence.toggle() }
            guard !isFence, line.hasPrefix("#"), line.drop(while: { $0 == "#" }).hasPrefix(" ") else { continue }
            count += 1
            var anchor = ""
            for character in line.drop(while: { $0 == "#" || $0 == " " }).lowercased() {
                if character == " " {
                    anchor += "-"
                } else if character.isLetter || character.isNumber || character == "-" {
                    anchor.append(character)
                }
            }
            #expect(result.draft.contains("(#\(anchor)"), "\(line)")
        }
        #expect(count > 15)
    }

    @Test func `what was found is counted, so that a change of the importer shows`() throws {
        let counts = try Procedure.allCases.map { procedure in
            let result = try procedure.imported()
            return ImportFinding.Kind.allCases.map { result.findings($0).count }
        }
        // Understood, asked, left out; in the order of the procedures.
        #expect(counts == [[103, 48, 2], [76, 37, 0], [151, 50, 1]])
    }

    @Test func `the report tells what was mended, what is asked, what was left out and what was understood`() {
        let result = imported("# Outages in BÃ¼ro\n\nCall Bob.\n")
        let sections = result.report.split(separator: "\n").filter { $0.first != " " }.map(String.init)
        #expect(sections == ["Mended (1):", "To be answered (12):", "Left out (1):", "Understood (1):"])
        #expect(result.report.contains("  line 1: UTF-8 that had been read as cp1252, now: # Outages in Büro\n"))
        #expect(result.report.contains("  line 1: understood: the title → title\n"))
        #expect(result.report.contains("  line 3: left out: a text for people that sets nothing\n"))
        #expect(
            result.report.contains(
                "  nowhere: asks: The procedure names no time zone: which is the team's own? The draft says: "
                    + "UTC → zone\n"
            ))
    }
}

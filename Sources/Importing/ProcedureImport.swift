import Chronology
import Playbooks

/// Makes a draft playbook from a procedure that a team has written for people, in Markdown.
///
/// What the procedure says plainly is taken over. What it leaves open, says twice, or says in a way that can be meant
/// differently becomes a question, with what the draft says meanwhile; everything else is left out with a reason.
/// Nothing is guessed silently, and every line is accounted for.
///
/// It reads every text without trapping, in time that grows with its length, and gives the same result for the same
/// bytes.
public enum ProcedureImport {
    /// - Parameters:
    ///   - fileName: names the playbook; without it, its title does.
    ///   - zone: finds a time zone by its name in the tz database; nil when there is none.
    public static func read(
        _ bytes: [UInt8], fileName: String? = nil, zone: @escaping @Sendable (String) -> Zone?
    ) -> ImportResult {
        let source = SourceText(bytes)
        let outline = Outline(MarkdownParser.blocks(of: source.lines))
        var work = Recognition(outline: outline, lines: source.lines)
        work.zoneExists = { zone($0) != nil }
        work.recognise(fileName: fileName)
        work.closeAccounts(cutAt: source.cutAt)
        let draft = DraftComposer(work).composed(zone: zone)
        return ImportResult(
            draft: draft.text, findings: draft.findings, repairs: source.repairs, source: source.lines.map(\.text))
    }

    /// Why bytes cannot be a written procedure, as the end of a sentence that begins with the name of the file; nil
    /// for every text. A text that is not UTF-8 is none of these: it is read as cp1252, and that is told.
    public static func obstacle(_ bytes: [UInt8]) -> String? {
        if bytes.starts(with: Array("%PDF-".utf8)) { return "is a PDF: save what it says as Markdown" }
        if bytes.starts(with: [0x50, 0x4b, 0x03, 0x04]) {
            return "is a ZIP archive, as word processors write: save the document as Markdown"
        }
        if bytes.starts(with: Array("{\\rtf".utf8)) { return "is rich text: save the document as Markdown" }
        if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
            return "is UTF-16: save it as UTF-8"
        }
        let controls = bytes.count { $0 < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d, 0x1b].contains($0) }
        // A stray control character is deleted and told; a file full of them was never text.
        if bytes.contains(0) || controls * 100 > bytes.count { return "is not a text: write the procedure in Markdown" }
        if bytes.allSatisfy({ [0x20, 0x09, 0x0a, 0x0c, 0x0d, 0xef, 0xbb, 0xbf].contains($0) }) {
            return "is empty: there is nothing to import"
        }
        return nil
    }
}

extension Recognition {
    /// The recognisers in their order: those that name things come before those that refer to them, those that know a
    /// narrow shape before those that know a wide one.
    fileprivate mutating func recognise(fileName: String?) {
        recogniseMetadata(fileName: fileName)
        recogniseZone()
        recogniseHours()
        recogniseSeverities()
        requireSeverities()
        recogniseFields()
        recogniseContacts()
        recogniseRoles()
        recogniseNamedRoles()
        recogniseOnCall()
        recogniseEscalationTables()
        recogniseLadders()
        recogniseBusinessEscalation()
        recogniseTimeouts()
        recogniseOutside()
        recogniseScenarios()
        recogniseReviewDocument()
        recogniseRecords()
        recogniseHypotheses()
        recogniseCadences()
        recogniseTemplates()
        recogniseStatusPage()
        recogniseActions()
        recogniseReview()
        recogniseFollowUp()
        recogniseDetection()
        recogniseVerification()
        recogniseMitigations()
        recognisePractice()
        recogniseReference()
        recognisePhases()
        recogniseCommands()
        recogniseChecklists()
        recogniseAcknowledgement()
        recogniseSentences()
        recogniseDeclaring()
        recogniseNaming()
        requireRoles()
        askAboutKinds()
        tieTemplates()
        finishAudiences()
        finishStatuses()
        finishCalendar()
    }
}

import Importing
import Testing

/// What has to be asked: every place where a procedure leaves something open, says it twice, or says it so that it
/// can be meant in several ways.
@Suite struct QuestionTests {
    struct Asked: Sendable, CustomTestStringConvertible {
        let procedure: Procedure
        /// 0 where no line of the procedure says anything.
        let line: Int
        let part: String
        let meanwhile: String

        init(_ procedure: Procedure, _ line: Int, _ part: String, meanwhile: String) {
            self.procedure = procedure
            self.line = line
            self.part = part
            self.meanwhile = meanwhile
        }

        var testDescription: String { "\(procedure) line \(line): \(part)" }
    }

    @Test(arguments: [
        // "Immediately" without a bound.
        Asked(.vireo, 16, "\"Immediately\" has no bound", meanwhile: "immediately"),
        // Is a ladder timed per level or from the start? What is progress?
        Asked(.harbour, 51, "counted all from the start", meanwhile: "from the start, since they rise"),
        Asked(.harbour, 51, "What counts as progress?", meanwhile: "all four of them"),
        Asked(
            .vireo, 43, "counted from level to level, or all from the start?",
            meanwhile: "from level to level, since they stand between the levels"),
        // "Next day" and "next business day"; days of which kind.
        Asked(
            .harbour, 17, "\"next day\": the next business day, or the next calendar day?",
            meanwhile: "next business day by open"),
        Asked(
            .harbour, 16, "\"Next business day\": by the opening or by the close of that day?",
            meanwhile: "next business day by close"),
        Asked(
            .vireo, 55, "\"Next day\": the next business day, or the next calendar day?",
            meanwhile: "next business day by open"),
        Asked(.vireo, 119, "days of 24 hours, calendar days or business days?", meanwhile: "3d"),
        Asked(.vireo, 119, "by when is the review scheduled, or by when is it held?", meanwhile: "hold-by"),
        Asked(.harbour, 17, "when does a sprint begin?", meanwhile: "unspecified"),
        // Numbers that contradict one another.
        Asked(.harbour, 26, "the severities say 5m, 10m, 1h for acknowledging", meanwhile: "the severities"),
        Asked(.vireo, 42, "call the same people (on-call, squad-lead,", meanwhile: "whichever is earlier"),
        Asked(.marlin, 270, "The meeting has 50 minutes and its agenda 55", meanwhile: "50"),
        Asked(
            .marlin, 55, "does this hold besides the plans of escalation",
            meanwhile: "the plans hold, the words are a duty"),
        // Zones and hours.
        Asked(.harbour, 129, "Times are told in CET, too", meanwhile: "Europe/Amsterdam"),
        Asked(.harbour, 21, "In which zone are these hours", meanwhile: "the home zone, no holidays"),
        Asked(.vireo, 38, "are there other days", meanwhile: "the home zone, 2026-11-26, 2026-12-25"),
        Asked(.marlin, 71, "Times are told in CT", meanwhile: "America/Chicago"),
        Asked(
            .marlin, 41, "This counts in business time",
            meanwhile: "mon-fri 09:00-17:00 in the home zone, no holidays"),
        // Conditions in words.
        Asked(.harbour, 64, "\"if personal data is involved\": for which incidents", meanwhile: "type is security"),
        Asked(.marlin, 84, "\"Normal queue\" names nobody", meanwhile: "nobody is called, the words are shown"),
        // Whatever states something that no recogniser knows.
        Asked(.harbour, 120, "names a time and a severity, and nothing of the draft follows", meanwhile: "nothing"),
        Asked(.vireo, 48, "names a time and a severity, and nothing of the draft follows", meanwhile: "nothing"),
        // Slots that are not filled in.
        Asked(.harbour, 74, "\"TBD\": what is the number of GridPay", meanwhile: "unfilled"),
        Asked(.marlin, 102, "\"TBD\": who stands in for Telematics Vendor?", meanwhile: "nobody"),
        Asked(.marlin, 321, "\"[link]\": which one is it?", meanwhile: "unfilled"),
        // Messages.
        Asked(
            .harbour, 142, "is that the audience of the message?",
            meanwhile: "the message goes to its audience, and the line is not part of it"),
        Asked(.harbour, 134, "Does this message go out with the updates", meanwhile: "with the cadence customers"),
        Asked(.marlin, 185, "asks the writer for something, which titles cannot", meanwhile: "Investigating"),
        // Commands: what they can do.
        Asked(.harbour, 95, "What can \"chargectl failover", meanwhile: "destructive"),
        Asked(.vireo, 82, "What can \"syncctl queue drop --head --confirm\" do?", meanwhile: "destructive"),
        Asked(.marlin, 221, "What can \"kubectl rollout restart", meanwhile: "change"),
    ])
    func `what a procedure leaves open is asked, with what the draft says meanwhile`(_ asked: Asked) throws {
        let questions = try asked.procedure.imported().questions.filter {
            $0.text.contains(asked.part) && $0.line == asked.line
        }
        #expect(questions.map(\.meanwhile) == [asked.meanwhile])
    }

    @Test(arguments: Procedure.allCases)
    func `of commands only those that look are not asked about`(_ procedure: Procedure) throws {
        let draft = try procedure.imported().draft.split(separator: "\n").map { $0.drop { $0 == " " } }
        for (index, line) in draft.enumerated() where line.hasPrefix("risk:") {
            let isAsked = draft[..<index].suffix(4).contains {
                $0.hasPrefix("# To be answered") && $0.contains("What can")
            }
            #expect(isAsked == (line != "risk: read"), "\(draft[..<index].suffix(3))")
        }
    }
}

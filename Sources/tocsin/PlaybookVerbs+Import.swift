import ArgumentParser
import Importing
import Notation
import Playbooks

extension PlaybookVerbs {
    /// `tocsin playbook import`: a procedure that a team wrote for people, as the draft of a playbook (issue 3).
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Draft a playbook from a procedure that was written for people, in Markdown.",
            discussion: """
                The draft goes to standard output, or into a new file. The report goes to standard error: what was \
                mended, what the procedure leaves open and what the draft says meanwhile, what was left out and why, \
                what was understood; each with its lines. Nothing is guessed silently: the questions stand in the \
                draft, too, above the places that they are about. Open questions leave the exit status at 0.
                """)

        @Argument(help: "The written procedure, a Markdown file of at most 1 MiB.")
        var file: String

        @Option(
            name: .shortAndLong,
            help: ArgumentHelp("Write the draft into this file, which must not exist yet.", valueName: "file"))
        var output: String?

        @Flag(help: "The report as one JSON object.")
        var json = false

        func run() throws {
            let bytes = try LocalFile.bytes(file)
            if let obstacle = ProcedureImport.obstacle(bytes) { throw Failure("\(file) \(obstacle)") }
            let result = ProcedureImport.read(bytes, fileName: file, zone: { PlaybookSource.zone($0) })
            if let output {
                try LocalFile.writeNew(result.draft, to: output)
            } else {
                Terminal.say(result.draft)
            }
            let findings = ImportReport(result, of: file, lint: lint(result.draft))
            Terminal.complain(json ? findings.json.text : findings.text)
        }

        /// What `tocsin playbook lint` will say of the draft.
        private func lint(_ draft: String) -> [PlaybookFault] {
            let text = Array(draft.utf8)
            let name = output ?? "draft"
            let reading = Playbook.read(text, file: name, zone: { PlaybookSource.zone($0) })
            return reading.faults
                + (reading.playbook.map { PlaybookLint.findings(of: $0, text: text, file: name) } ?? [])
        }
    }
}

/// What a person, or a script, is told of an import.
private struct ImportReport {
    let result: ImportResult
    let file: String
    let lint: [PlaybookFault]

    init(_ result: ImportResult, of file: String, lint: [PlaybookFault]) {
        self.result = result
        self.file = file
        self.lint = lint
    }

    private var errors: [PlaybookFault] { lint.filter { $0.severity == .error } }

    var text: String {
        let counts = ImportFinding.Kind.allCases.map { result.findings($0).count }
        let warnings = lint.count - errors.count
        var lines = [result.report]
        if !errors.isEmpty { lines.append("The draft has errors:\n" + errors.map { "  \($0)\n" }.joined()) }
        lines.append(
            "\(file): \(counts[0]) findings understood, \(counts[1]) to be answered, \(counts[2]) left out; lint finds "
                + "\(errors.count) errors and \(warnings) warnings in the draft.")
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        [
            "file": .string(file),
            "repairs": .array(
                result.repairs.map { repair in
                    [
                        "line": .integer(Int64(repair.line)), "cause": .string(Self.word(repair.cause)),
                        "text": .string(repair.text),
                    ]
                }),
            "findings": .array(result.findings.map(member)),
            "lint": [
                "errors": .integer(Int64(errors.count)), "warnings": .integer(Int64(lint.count - errors.count)),
            ],
        ]
    }

    private static func word(_ cause: ImportRepair.Cause) -> String {
        switch cause {
        case .misread(let encoding): "misread-as-\(encoding)"
        case .notUTF8: "not-utf-8"
        case .controlCharacter: "control-character"
        case .tooLong: "too-long"
        }
    }

    private func member(_ finding: ImportFinding) -> JSON {
        let lines = finding.lines.map { JSON.integer(Int64($0)) }
        let text = finding.lines.first.flatMap { result.source.indices.contains($0 - 1) ? result.source[$0 - 1] : nil }
        let place: [JSON.Member] = [
            .init("kind", .string(finding.kind.rawValue)), .init("lines", .array(lines)),
            .init("text", .string(text ?? "")),
        ]
        switch finding.outcome {
        case .understood(let what, let path):
            return .object(place + [.init("what", .string(what)), .init("path", .string(path))])
        case .ambiguous(let question, let choices, let meanwhile, let path):
            return .object(
                place + [
                    .init("question", .string(question)), .init("choices", .array(choices.map { .string($0) })),
                    .init("meanwhile", .string(meanwhile)), .init("path", .string(path)),
                ])
        case .leftOut(let why):
            return .object(place + [.init("why", .string(why))])
        }
    }
}

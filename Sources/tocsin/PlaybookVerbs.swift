import ArgumentParser
import Chronology
import Notation
import Playbooks

/// `tocsin playbook …`: everything about written procedures; most of it needs no server.
struct PlaybookVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "playbook",
        abstract: "Draft, check, read and compare playbooks, and print the built-in ones.",
        discussion: """
            A playbook is named by its file or, where it is built in, by its name: \
            \(BuiltInPlaybooks.names.joined(separator: ", ")).
            """,
        subcommands: [
            List.self, Import.self, Lint.self, Show.self, Compare.self, Print.self, Schema.self, Reference.self,
            Upload.self, Remove.self, People.self,
        ])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the built-in playbooks.")

        func run() throws {
            let lines = BuiltInPlaybooks.names.map { name in
                let title = BuiltInPlaybooks.read(name, zone: { PlaybookSource.zone($0) })?.playbook?.title ?? ""
                return name + String(repeating: " ", count: max(1, 18 - name.count)) + title
            }
            Terminal.say(lines.joined(separator: "\n"))
        }
    }

    struct Lint: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Look for mistakes, gaps and contradictions.",
            discussion: """
                Prints FILE:LINE:COLUMN: error or warning: what to do [code]. The exit status is 1 when there is an error; \
                warnings alone leave it at 0.
                """)

        @Argument(help: "Files, or names of built-in playbooks.")
        var playbooks: [String]

        @Flag(help: "One JSON array instead of lines.")
        var json = false

        func run() throws {
            var faults: [PlaybookFault] = []
            for name in playbooks {
                let source = try PlaybookSource(name)
                faults += source.reading.faults
                guard let playbook = source.reading.playbook else { continue }
                faults += PlaybookLint.findings(of: playbook, text: source.text, file: name)
            }
            Terminal.say(json ? Self.array(of: faults).text : faults.map(\.description).joined(separator: "\n"))
            let errors = faults.count { $0.severity == .error }
            guard errors == 0 else { throw Failure(errors == 1 ? "There is an error." : "There are \(errors) errors.") }
        }

        private static func array(of faults: [PlaybookFault]) -> JSON {
            .array(
                faults.map { fault in
                    [
                        "file": .string(fault.file ?? ""), "line": .integer(Int64(fault.line)),
                        "column": .integer(Int64(fault.column)), "severity": .string(fault.severity.rawValue),
                        "code": .string(fault.code.rawValue), "sentence": .string(fault.sentence),
                    ]
                })
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what will happen, in plain sentences, in the order of time.")

        @Argument(help: "A file, or the name of a built-in playbook.")
        var playbook: String

        @Option(name: .shortAndLong, help: "For an incident of this severity; every severity when it is not given.")
        var severity: String?

        @Option(
            help: ArgumentHelp(
                "As if it were declared then; on a Monday at noon when it is not given.", valueName: "time"))
        var at: String?

        private func declared() throws(Failure) -> Instant {
            // A Monday in working hours, far from any change of clocks.
            let text = at ?? "2026-01-12T12:00:00Z"
            do throws(TimeFault) {
                return try Instant(rfc3339: text)
            } catch {
                throw Failure("--at \(text): \(error.reason). Write it as 2024-03-08T17:50:00-05:00")
            }
        }

        func run() throws {
            let playbook = try PlaybookSource(playbook).playbook()
            let severities = try severity.map { [try playbook.severity(meant: $0)] } ?? playbook.ladder
            let start = try declared()
            let stories = severities.compactMap { PlaybookStory(of: playbook, severity: $0, declaredAt: start)?.text }
            Terminal.say(stories.joined(separator: "\n\n"))
        }
    }

    struct Compare: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "diff", abstract: "Say what two playbooks mean differently, not which lines differ.")

        @Argument(help: "The one before: a file, or a name.")
        var before: String
        @Argument(help: "The one after: a file, or a name.")
        var after: String

        func run() throws {
            let changes = PlaybookComparison(
                try PlaybookSource(before).playbook(), try PlaybookSource(after).playbook())
            var lines: [String] = []
            for (topic, changes) in changes.topics {
                lines.append(topic.title)
                lines += changes.map { change -> String in "  " + change.sentence }
            }
            Terminal.say(lines.isEmpty ? "They mean the same." : lines.joined(separator: "\n"))
        }
    }

    struct Print: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a built-in playbook, to begin your own with.")

        @Argument(help: "The name of a built-in playbook.")
        var name: String

        func run() throws {
            guard let text = BuiltInPlaybooks.text(named: name) else {
                throw Failure(
                    "There is no built-in playbook \"\(name)\": \(BuiltInPlaybooks.names.joined(separator: ", "))")
            }
            Terminal.say(String(decoding: text.bytes, as: UTF8.self))
        }
    }

    struct Schema: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the JSON Schema of playbook documents, for editors.")

        func run() throws { Terminal.say(Playbook.jsonSchema.text) }
    }

    struct Reference: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the reference of playbook documents, as Markdown.")

        func run() throws { Terminal.say(Playbook.markdownReference) }
    }
}

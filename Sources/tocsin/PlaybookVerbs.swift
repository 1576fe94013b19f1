import ArgumentParser
import Chronology
import Notation
import Playbooks

/// `tocsin playbook …`: everything about written procedures that needs no server.
struct PlaybookVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "playbook",
        abstract: "Check playbooks, and print the built-in ones.",
        discussion: """
            A playbook is named by its file or, where it is built in, by its name: \
            \(BuiltInPlaybooks.names.joined(separator: ", ")).
            """,
        subcommands: [
            List.self, Lint.self, Print.self, Schema.self, Reference.self,
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
            abstract: "Look for mistakes.",
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

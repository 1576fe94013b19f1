import ArgumentParser
import Notation

/// `tocsin generate-manual`: the manual page, written from the same descriptions as the help, so that the two cannot differ.
struct GenerateManual: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the manual page, for man(1).", shouldDisplay: false)

    func run() throws {
        Terminal.say(try Manual(Tocsin.description()).text)
    }
}

extension Tocsin {
    /// The command line as the argument parser describes it to tools.
    static func description() throws(Failure) -> JSON {
        // The text is the parser's own; unreadable only if a newer one writes another form.
        if let json = try? JSON(parsing: _dumpHelp(), limits: .stored), let command = json["command"] { return command }
        throw Failure("the command line cannot be described")
    }
}

/// A manual page in the macros of mdoc(7).
struct Manual {
    private let root: JSON
    private var lines: [String] = []

    init(_ root: JSON) {
        self.root = root
        lines = [
            ".Dd November 21, 2026", ".Dt TOCSIN 1", ".Os", ".Sh NAME", ".Nm tocsin", ".Nd \(Self.plain(incipit))",
            ".Sh SYNOPSIS", ".Nm", ".Ar command", ".Op Ar options", ".Sh DESCRIPTION",
        ]
        add(paragraphs: root["discussion"]?.string)
        lines += [".Sh COMMANDS"]
        for command in commands(of: root) { describe(command, parents: []) }
        lines += [".Sh ENVIRONMENT", ".Bl -tag -width Ds"]
        for (name, meaning) in Self.environment { lines += [".It Ev \(name)", Self.plain(meaning)] }
        lines += [".El", ".Sh FILES", ".Bl -tag -width Ds"]
        for (name, meaning) in Self.files { lines += [".It Pa \(name)", Self.plain(meaning)] }
        lines += [".El", ".Sh EXIT STATUS", ".Bl -tag -width Ds"]
        for (status, meaning) in Self.statuses { lines += [".It \(status)", Self.plain(meaning)] }
        lines += [
            ".El", ".Sh EXAMPLES", "Serve from a data directory, and make a token for a script:",
            ".Bd -literal -offset indent",
        ]
        lines += Self.examples + [".Ed"]
    }

    var text: String { lines.joined(separator: "\n") }

    private var incipit: String {
        let text = root["abstract"]?.string ?? ""
        return String(text.hasSuffix(".") ? text.dropLast() : text[...])
    }

    private static let environment = [
        ("TOCSIN_DATA", "The data directory."), ("TOCSIN_DATABASE", "The store: sqlite:FILE or postgres://…"),
        ("TOCSIN_LISTEN", "Where to listen."), ("TOCSIN_CONFIG", "The configuration file."),
        ("TOCSIN_PUBLIC_URL", "How people reach the server."), ("TOCSIN_LOG_LEVEL", "How much the log says."),
        ("TOCSIN_URL", "The server that the verbs of a client talk to."),
        ("TOCSIN_TOKEN", "The API token with which they do."),
        ("TOCSIN_KEY", "The integration's key for tocsin alert send."),
    ]

    private static let files = [
        ("tocsin.yaml", "The configuration file, in the folder where the server starts."),
        ("DIR/tocsin.db", "The store, with a log and an index beside it."),
        ("DIR/first-sign-in", "The link that makes the first administrator, until it was used."),
        ("DIR/lock", "Held by the running server."),
        ("~/.config/tocsin/credentials", "What tocsin login keeps."),
    ]

    private static let statuses = [
        (0, "Done."), (1, "Refused, or failed."), (2, "The command line was wrong."),
        (3, "The server cannot be reached."),
    ]

    private static let examples = [
        "tocsin serve \\-\\-data /var/lib/tocsin \\-\\-public\\-url https://tocsin.example.com",
        "tocsin token create \\-\\-name ci \\-\\-role responder \\-\\-data /var/lib/tocsin",
    ]

    // MARK: Commands

    private func commands(of command: JSON) -> [JSON] {
        (command["subcommands"]?.array ?? []).filter {
            $0["commandName"]?.string != "help" && $0["shouldDisplay"]?.bool != false
        }
    }

    private mutating func describe(_ command: JSON, parents: [String]) {
        let path = parents + [command["commandName"]?.string ?? ""]
        let children = commands(of: command)
        if children.isEmpty {
            lines.append(".Ss tocsin " + Self.plain(path.joined(separator: " ")))
            add(paragraphs: command["abstract"]?.string)
            add(paragraphs: command["discussion"]?.string)
            describeArguments(of: command)
        }
        for child in children { describe(child, parents: path) }
    }

    private mutating func describeArguments(of command: JSON) {
        let arguments = (command["arguments"]?.array ?? []).filter {
            $0["shouldDisplay"]?.bool != false && !["help", "version"].contains($0["valueName"]?.string)
        }
        guard !arguments.isEmpty else { return }
        lines.append(".Bl -tag -width Ds")
        for argument in arguments {
            lines.append(".It " + spelling(of: argument))
            var meaning = argument["abstract"]?.string ?? ""
            if let values = argument["allValues"]?.array {
                meaning += " One of " + values.compactMap(\.string).joined(separator: ", ") + "."
            }
            if let usual = argument["defaultValue"]?.string { meaning += " Default: \(usual)." }
            lines.append(Self.plain(meaning))
        }
        lines.append(".El")
    }

    private func spelling(of argument: JSON) -> String {
        let value = "Ar " + Self.plain(argument["valueName"]?.string ?? "value")
        let names = (argument["names"]?.array ?? []).map { name -> String in
            let dashes = name["kind"]?.string == "long" ? "Fl \\-" : "Fl "
            return dashes + Self.plain(name["name"]?.string ?? "")
        }
        switch argument["kind"]?.string {
        case "positional": return value
        case "flag": return names.joined(separator: " , ")
        default: return names.joined(separator: " , ") + " " + value
        }
    }

    // MARK: Text

    private mutating func add(paragraphs text: String?) {
        guard let text, !text.isEmpty else { return }
        for (index, paragraph) in text.split(separator: "\n\n").enumerated() {
            if index > 0 || lines.last?.hasPrefix(".S") != true { lines.append(".Pp") }
            let isVerbatim = paragraph.hasPrefix("  ")
            if isVerbatim { lines.append(".Bd -literal") }
            lines += paragraph.split(separator: "\n").map { Self.plain(String($0)) }
            if isVerbatim { lines.append(".Ed") }
        }
    }

    /// What roff would take for its own is made plain: backslashes, hyphens, and a dot or quote that begins a line.
    private static func plain(_ text: String) -> String {
        var plain = ""
        for scalar in text.unicodeScalars where scalar != "`" {
            switch scalar {
            case "\\": plain += "\\e"
            case "-": plain += "\\-"
            case "\u{20}"..."\u{7e}": plain.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                plain += "\\[u\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)]"
            }
        }
        return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
    }
}

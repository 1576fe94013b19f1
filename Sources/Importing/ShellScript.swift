/// The commands of a fence with the comments above them.
struct ShellScript: Hashable, Sendable {
    let steps: [Step]

    struct Step: Hashable, Sendable {
        /// What the comment says; empty when there is none.
        var title: String
        /// Nil where the comment stands alone.
        var command: String?
        /// Whom `@debug …` addresses.
        var agent: String?
        var lines: [Int]
    }

    /// `commentsAreSteps`: a comment without a command is a step of its own.
    init(_ content: [SourceLine]) {
        var steps: [Step] = []
        var comments: [(text: String, line: Int)] = []
        var command: (lines: [String], numbers: [Int])?
        func flush(_ isEnd: Bool) {
            if let (lines, numbers) = command {
                let title = Self.joined(comments.map(\.text))
                let text = lines.joined(separator: "\n")
                var step = Step(title: title, command: text, agent: nil, lines: comments.map(\.line) + numbers)
                if text.hasPrefix("@"), let space = text.firstIndex(of: " ") {
                    step.agent = String(text[text.index(after: text.startIndex)..<space])
                    let order = text[space...].trimmed
                    step.title =
                        title.isEmpty ? order : title.hasSuffix(":") ? "\(title) \(order)" : "\(title): \(order)"
                    step.command = nil
                }
                steps.append(step)
                (command, comments) = (nil, [])
            } else if isEnd, !comments.isEmpty {
                steps.append(Self.remark(comments))
                comments = []
            }
        }
        for line in content {
            let text = line.trimmed
            let isOpen = command.map { Self.goesOn($0.lines) } ?? false
            if line.isBlank, !isOpen {
                flush(true)
            } else if let comment = Self.comment(text), !isOpen {
                flush(false)
                comments.append((comment, line.number))
            } else if Recognition.isNumbered(text), !isOpen, line.indent == 0 {
                flush(true)
                comments.append((text.drop { $0.isNumber || ".) ".contains($0) }.trimmed, line.number))
            } else if let (lines, numbers) = command, isOpen || !(text.hasPrefix("@") || lines[0].hasPrefix("@")) {
                // Lines that follow one another belong to one comment.
                let indent = content.first { $0.number == numbers[0] }?.indent ?? 0
                command = (lines + [line.text.droppingIndent(upTo: indent)], numbers + [line.number])
            } else {
                flush(false)
                command = ([text], [line.number])
            }
        }
        flush(true)
        self.steps = steps
    }

    /// A title and remarks below it: `What's broken?` under "Quick assessment".
    private static func remark(_ comments: [(text: String, line: Int)]) -> Step {
        // `# [scaling command]` stands for a command that the team has to fill in.
        let blank = comments.last.flatMap { $0.text.hasPrefix("[") && $0.text.hasSuffix("]") ? $0.text : nil }
        let titles = comments.map(\.text).filter { $0 != blank }
        return Step(
            title: joined(titles.isEmpty ? comments.map(\.text) : titles), command: blank == nil ? nil : unfilled,
            agent: nil,
            lines: comments.map(\.line))
    }

    /// The word for a slot that the team has to fill.
    static let unfilled = "unfilled"

    private static func joined(_ texts: [String]) -> String {
        texts.reduce("") { text, next in
            text.isEmpty ? next : text.hasSuffix(":") ? "\(text) \(next)" : "\(text); \(next)"
        }
    }

    private static func comment(_ text: String) -> String? {
        // `#incident-payments` is the name of a channel.
        if text.hasPrefix("#"), text.dropFirst().first?.isLetter == true, !text.contains(" ") { return text }
        guard text.hasPrefix("#"), !text.hasPrefix("#!"), text.dropFirst().first == " " || text == "#" else {
            return nil
        }
        var rest = text.dropFirst().trimmed
        if Recognition.isNumbered(rest) { rest = rest.drop { $0.isNumber || ".) ".contains($0) }.trimmed }
        if rest.hasPrefix("- ") { rest = String(rest.dropFirst(2)) }
        return rest
    }

    /// Whether the command is not yet complete: its line is continued, or a quotation mark is open.
    private static func goesOn(_ lines: [String]) -> Bool {
        guard let last = lines.last else { return false }
        if last.hasSuffix("\\") { return true }
        // More lines than this are no quotation.
        guard lines.count < 40 else { return false }
        let text = lines.joined(separator: "\n")
        var quote: Character?
        var isEscaped = false
        for character in text {
            if isEscaped {
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            }
        }
        return quote != nil
    }
}

/// What a command can do, as far as its words tell.
enum CommandRisk {
    /// The class, and whether the words leave no doubt. Only what looks is certain: everything else is asked about.
    static func of(_ command: String) -> (risk: String, isSure: Bool) {
        let words = words(of: command)
        let has = { (known: Set<String>) in words.contains { known.contains($0) } }
        if has(["secret", "secrets", "password", "passwords"]) && has(reads.union(["base64", "decode", "reveal"])) {
            return ("secret", false)
        }
        if has(destructive) || words.contains(where: { $0.hasPrefix("flush") }) { return ("destructive", false) }
        if has(changes) { return ("change", false) }
        return has(reads) ? ("read", true) : ("change", false)
    }

    /// The words that say what is done. Values of options say with what, and count only where they say "all".
    private static func words(of command: String) -> [String] {
        var words: [String] = []
        for word in command.lowercased().split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            if word.hasPrefix("-") {
                let name = word.drop { $0 == "-" }
                if ["replicas=0", "service=all", "all-namespaces=delete"].contains(name) { words.append("kill") }
                let option = String(name.prefix { $0 != "=" })
                if ["enable", "disable", "force", "delete", "purge", "apply", "prune"].contains(option) {
                    words.append(option)
                }
            } else {
                // `deploy/api` is the name of what is looked at or changed.
                if word.hasPrefix("deploy/") || word.hasPrefix("deployment/") { continue }
                for part in word.prefix(while: { $0 != "=" }).split(whereSeparator: {
                    !($0.isLetter || $0.isNumber || $0 == "_")
                }) {
                    // `update_status_page` says first what it does, `pg_terminate_backend` does not.
                    words.append(part.contains("terminate") ? "terminate" : String(part.prefix { $0 != "_" }))
                }
            }
        }
        return words
    }

    private static let destructive: Set<String> = [
        "delete", "drop", "truncate", "terminate", "kill", "pkill", "rm", "destroy", "purge", "force", "repair",
        "failover", "drain",
        "prune", "wipe", "format", "shutdown",
    ]

    private static let changes: Set<String> = [
        "rollback", "revert", "undo", "restart", "scale", "patch", "apply", "set", "deploy", "redeploy", "push",
        "commit", "checkout",
        "pull", "create", "insert", "update", "upgrade", "alter", "enable", "disable", "toggle", "post", "put",
        "reboot", "start", "stop",
        "install", "locust", "cordon", "edit", "migrate", "rebase", "merge", "restore", "resize", "reset", "switch",
        "promote",
    ]

    private static let reads: Set<String> = [
        "get", "describe", "logs", "log", "list", "ls", "top", "status", "info", "history", "show", "grep", "cat",
        "curl", "ps", "df",
        "du", "nslookup", "dig", "ping", "select", "health", "query", "tail", "head", "wc", "uptime", "explain",
        "netstat", "traceroute",
        "events", "client", "forward", "sum", "avg", "rate", "increase", "less", "stat", "version", "check",
    ]
}

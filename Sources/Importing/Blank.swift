/// A place to fill in a text: `[Text]`, `[A | B]`, `@[name]`, `_____`, `SEV[1/2]`, `[X] minutes`.
struct Blank: Hashable, Sendable {
    /// What stands inside; empty for a row of underscores.
    let content: String
    let kind: Kind

    enum Kind: Hashable, Sendable {
        case text
        /// One of several words.
        case choice([String])
        /// Somebody's name.
        case person
        case underscores
    }

    enum Part: Hashable, Sendable {
        case literal(String)
        case blank(Blank)
    }

    /// The parts of a line of text. `angles`: `<start time>` is one too, which is right in messages and not in commands.
    static func parts(of line: String, angles: Bool = false) -> [Part] {
        let characters = Array(line)
        var parts: [Part] = []
        var literal = ""
        var index = 0
        func flush() {
            if !literal.isEmpty { parts.append(.literal(literal)) }
            literal = ""
        }
        while index < characters.count {
            if let (blank, length) = blank(characters, index, angles) {
                flush()
                parts.append(.blank(blank))
                index += length
            } else {
                literal.append(characters[index])
                index += 1
            }
        }
        flush()
        return parts
    }

    private static func blank(_ characters: [Character], _ start: Int, _ angles: Bool) -> (Blank, Int)? {
        switch characters[start] {
        case "_":
            let run = characters[start...].prefix { $0 == "_" }.count
            return run >= 3 ? (Blank(content: "", kind: .underscores), run) : nil
        case "@":
            guard start + 1 < characters.count, characters[start + 1] == "[",
                let (blank, length) = bracket(characters, start + 1)
            else { return nil }
            return (Blank(content: blank.content, kind: .person), length + 1)
        case "[": return bracket(characters, start)
        case "{": return braces(characters, start)
        case "<": return angles ? angle(characters, start) : nil
        default: return nil
        }
    }

    /// The longest text that is taken for a place to fill.
    private static let contentLimit = 160

    private static func bracket(_ characters: [Character], _ start: Int) -> (Blank, Int)? {
        guard let close = characters[start...].prefix(contentLimit).firstIndex(of: "]"), close > start + 1 else {
            return nil
        }
        if close + 1 < characters.count, characters[close + 1] == "(" { return nil }
        let content = String(characters[(start + 1)..<close])
        guard content.trimmed == content, content != "x", !content.contains("[") else { return nil }
        let words = choices(content)
        return (Blank(content: content, kind: words.count > 1 ? .choice(words) : .text), close - start + 1)
    }

    /// `{{ service }}`, as programs that fill in texts have it.
    private static func braces(_ characters: [Character], _ start: Int) -> (Blank, Int)? {
        guard start + 4 < characters.count, characters[start + 1] == "{",
            let close = characters[start...].prefix(contentLimit).firstIndex(of: "}"), close + 1 < characters.count,
            characters[close + 1] == "}"
        else { return nil }
        let content = String(characters[(start + 2)..<close]).trimmed
        guard !content.isEmpty, !content.contains("{") else { return nil }
        return (
            Blank(content: content.replacing("_", with: " ").replacing(".", with: " "), kind: .text), close - start + 2
        )
    }

    /// `<start time>`; but no tag of HTML, no address and no "less than".
    private static func angle(_ characters: [Character], _ start: Int) -> (Blank, Int)? {
        guard start + 2 < characters.count, characters[start + 1].isLetter,
            let close = characters[start...].prefix(60).firstIndex(of: ">")
        else { return nil }
        let content = String(characters[(start + 1)..<close])
        guard content.allSatisfy({ $0.isLetter || $0.isNumber || " -_".contains($0) }), !content.hasSuffix(" "),
            !tags.contains(content.lowercased())
        else { return nil }
        return (Blank(content: content.replacing("_", with: " "), kind: .text), close - start + 1)
    }

    private static let tags: Set<String> = [
        "a", "b", "i", "p", "br", "hr", "em", "strong", "code", "pre", "div", "span", "details", "summary", "sup",
        "sub",
        "ul", "ol", "li", "table", "tr", "td", "th", "h1", "h2", "h3", "h4", "kbd", "img", "u",
    ]

    /// `A | B | C` and `A/B/C`; words that are divided by a stroke without being a choice, `service/feature`, are one
    /// too.
    static func choices(_ content: String) -> [String] {
        let mark: Character = content.contains("|") ? "|" : "/"
        return content.split(separator: mark).map { $0.trimmed }.filter { !$0.isEmpty }
    }

    /// `P0 / P1 / P2` without brackets, as the whole of a value.
    static func bareChoice(_ value: String) -> [String]? {
        let parts = value.split(separator: "/").map { $0.trimmed }
        guard parts.count > 1,
            parts.allSatisfy({ !$0.isEmpty && $0.split(separator: " ").count == 1 && $0.first?.isLetter == true })
        else {
            return nil
        }
        return parts
    }

    static func count(in text: String, angles: Bool = false) -> Int {
        text.split(separator: "\n").reduce(0) { sum, line in
            sum + parts(of: String(line), angles: angles).count { if case .blank = $0 { true } else { false } }
        }
    }
}

/// Words that teams use for the states of an incident.
enum StatusLexicon {
    /// The state of the kernel for which a word stands; nil for words that are no status.
    static func state(of word: String) -> String? {
        switch word.phrase.joined {
        case "reported", "new", "detected", "open", "opened": "reported"
        case "triage", "triaging", "assessing": "triaging"
        case "declared": "declared"
        case "investigating", "investigation", "active", "in progress", "ongoing": "investigating"
        case "identified", "diagnosed", "cause identified", "root cause identified": "identified"
        case "fixing", "mitigating", "mitigated", "fix in progress", "implementing", "repairing", "remediating",
            "contained":
            "mitigating"
        case "monitoring", "verifying", "watching", "observing", "recovering": "monitoring"
        case "resolved", "fixed", "restored", "recovered": "resolved"
        case "closed", "completed", "done": "closed"
        default: nil
        }
    }

    /// Whether all of these are words for states.
    static func isVocabulary(_ words: [String]) -> Bool { words.count > 1 && words.allSatisfy { state(of: $0) != nil } }
}

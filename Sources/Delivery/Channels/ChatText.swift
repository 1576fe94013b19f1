/// What the limits of a chat count.
enum ChatUnit {
    case bytes, scalars, utf16

    func count(_ text: String) -> Int {
        switch self {
        case .bytes: text.utf8.count
        case .scalars: text.unicodeScalars.count
        case .utf16: text.utf16.count
        }
    }
}

/// How a far end reads text. What users wrote is shown as they wrote it: nothing in it is markup, and nothing calls anybody.
///
/// Two things are left alone on purpose: a web address stays whole, because an escape inside of it would lead elsewhere, and
/// the only thing put into it is `%40` for an at sign; and hyphens and digits that open a line may be shown as a list.
enum ChatDialect {
    /// As it is, for far ends that show what they get and call nobody.
    case verbatim
    /// Without markup, but names in it call people: the plain body of Matrix.
    case plain
    /// Slack's mrkdwn: the characters of its entities are escaped, everything else has no escape
    /// (docs.slack.dev, "Formatting message text").
    case slack
    /// HTML, with a line break as `<br>`.
    case html
    /// CommonMark with backslashes, as Mattermost and the cards of Teams read it. `<` stands for itself there, and a
    /// backslash in front of it would be shown.
    case markdown
    /// As `markdown`; `<` opens a mention.
    case discord

    /// At most so many units, the last an ellipsis where some are left out. Never cut inside of an escape, a web address or
    /// a character.
    func write(_ text: String, atMost limit: Int, _ unit: ChatUnit) -> String {
        let ellipsis = unit.count("…")
        var written = ""
        var used = 0
        // Where the ellipsis goes, should the rest not fit.
        var cut = 0
        for piece in ChatPieces(rest: text[...], dialect: self) {
            let size = unit.count(piece)
            guard used + size <= limit else {
                return String(decoding: written.utf8.prefix(cut), as: UTF8.self) + (ellipsis <= limit ? "…" : "")
            }
            written += piece
            used += size
            if used + ellipsis <= limit { cut = written.utf8.count }
        }
        return written
    }

    /// A link that shows its label. The address is one that `ChatMessage` lets pass.
    func link(_ link: OutgoingMessage.Link) -> String {
        let label = write(link.label, atMost: ChatMessage.longestLabel * 8, .utf16)
        let address = escape(address: link.address)
        return switch self {
        case .verbatim, .plain: "\(label): \(link.address)"
        case .slack: "<\(address)|\(label)>"
        case .html: "<a href=\"\(address)\">\(label)</a>"
        case .markdown, .discord: "[\(label)](\(address))"
        }
    }

    /// A line for each link, as many as fit.
    func lines(_ links: [OutgoingMessage.Link], atMost limit: Int, _ unit: ChatUnit) -> String {
        let lineBreak = self == .html ? "<br>" : "\n"
        var lines = ""
        for link in links.map(link) {
            let line = lines.isEmpty ? link : lineBreak + link
            if unit.count(lines) + unit.count(line) <= limit { lines += line }
        }
        return lines
    }

    /// The text, and the links below it. Only the text gives way: it is the link that leads to all of it.
    func write(
        _ text: String, links: [OutgoingMessage.Link], atMost limit: Int, _ unit: ChatUnit
    ) -> String {
        let below = lines(links, atMost: limit / 4 * 3, unit)
        guard !below.isEmpty else { return write(text, atMost: limit, unit) }
        let lineBreak = self == .html ? "<br>" : "\n"
        let above = write(text, atMost: limit - unit.count(below) - unit.count(lineBreak), unit)
        return above.isEmpty ? below : above + lineBreak + below
    }

    // MARK: Leaves

    fileprivate func escape(_ character: Character) -> String {
        // By scalars: an accent behind a bracket makes another character of it, and not another bracket.
        character.unicodeScalars.map(escape).joined()
    }

    private func escape(_ scalar: Unicode.Scalar) -> String {
        switch self {
        case .verbatim, .plain: String(scalar)
        case .slack: Self.entity(scalar) ?? String(scalar)
        case .html:
            switch scalar {
            case "\"": "&quot;"
            case "'": "&#39;"
            case "\n": "<br>"
            default: Self.entity(scalar) ?? String(scalar)
            }
        case .markdown, .discord:
            switch scalar {
            case "\\", "`", "*", "_", "~", "|", "[", "]", "#", ">": "\\" + String(scalar)
            case "<" where self == .discord: "\\<"
            default: String(scalar)
            }
        }
    }

    private static func entity(_ scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        default: nil
        }
    }

    fileprivate func escape(address: String) -> String {
        switch self {
        case .verbatim, .plain: address
        case .slack, .html: address.map(escape).joined()
        case .markdown, .discord:
            // A parenthesis would end the link.
            address.map { $0 == "(" ? "%28" : $0 == ")" ? "%29" : String($0) }.joined()
        }
    }

    /// Whether an invisible character (U+2060) has to stand behind this one, so that it does not call somebody: `@channel`,
    /// `@room` and names, and in Mattermost also Slack's `<!channel>`, which it understands. Mail addresses stay as they are.
    fileprivate func calls(_ character: Character, after previous: Character?, before next: Character?) -> Bool {
        guard self != .verbatim, let next else { return false }
        switch character {
        case "@":
            guard next.isLetter || next.isNumber else { return false }
            guard let previous else { return true }
            return !(previous.isLetter || previous.isNumber || "._%+-".contains(previous))
        case "<": return self == .markdown && "!@#".contains(next)
        default: return false
        }
    }
}

/// The parts of a text that are not divided: a character with its escape, or a web address.
private struct ChatPieces: Sequence, IteratorProtocol {
    var rest: Substring
    let dialect: ChatDialect
    private var previous: Character?

    init(rest: Substring, dialect: ChatDialect) {
        self.rest = rest
        self.dialect = dialect
    }

    mutating func next() -> String? {
        guard let first = rest.first else { return nil }
        if first == "h", dialect != .verbatim, let (length, address) = Self.address(at: rest) {
            rest = rest.dropFirst(length)
            previous = "/"
            switch dialect {
            case .slack, .html: return dialect.escape(address: address)
            case .verbatim, .plain, .markdown, .discord: return address
            }
        }
        rest.removeFirst()
        defer { previous = first }
        return dialect.escape(first) + (dialect.calls(first, after: previous, before: rest.first) ? "\u{2060}" : "")
    }

    /// The web address that the text begins with, and its length there. An at sign in it could still call somebody and is
    /// written as an escape; in front of a host it belongs to a password, and the whole is then text like any other.
    private static func address(at text: Substring) -> (length: Int, address: String)? {
        guard text.hasPrefix("https://") || text.hasPrefix("http://") else { return nil }
        // Looked for no further than it may reach, so that a text of nothing but beginnings costs no more than another.
        let found = text.prefix(ChatMessage.longestAddress + 1)
            .prefix { $0.isASCII && !$0.isWhitespace && !"<>\"`|*\\)]}".contains($0) }
        guard found.utf8.count <= ChatMessage.longestAddress else { return nil }
        let authority = found.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else { return nil }
        return (found.count, found.map { $0 == "@" ? "%40" : String($0) }.joined())
    }
}

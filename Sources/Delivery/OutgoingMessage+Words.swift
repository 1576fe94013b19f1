import Notation

// What the channels for people's devices take from a message.
extension OutgoingMessage {
    /// Where the reader finds everything: the first link that takes nothing.
    var details: Link? { links.first { $0.address != acknowledgement?.link } ?? links.first }

    /// Whether it asks its reader to take a page.
    var asks: Bool { purpose == .page && acknowledgement != nil }

    /// Where a POST takes the page for the one person that the message is for; nil: nobody may take it like that. What goes to a
    /// shared room leads to the details and to nothing else.
    var personalAction: String? {
        guard asks, let acknowledgement, acknowledgement.action != details?.address else { return nil }
        return acknowledgement.action
    }

    /// One line of what it says, and the lines that follow, without the line that repeats the subject.
    var body: String {
        switch purpose {
        case .verification: "Your code is \(text.trimmed). It is good for ten minutes."
        case .page, .news, .test, .settled: text.trimmed
        }
    }
}

extension String {
    /// Without line ends and spaces around it.
    var trimmed: String {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
        while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
        return String(rest)
    }

    /// At most so many bytes of UTF-8, cut between characters, with an ellipsis where something is left out.
    func shortened(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var kept = ""
        var used = 3
        for character in self {
            used += character.utf8.count
            guard used <= limit else { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// For HTML and XML: what would be markup is text, and what XML cannot hold even as an escape (XML 1.0 §2.2, "Char") is
    /// left out. By scalars: an accent behind a bracket makes another character of it, and the bracket is one all the same.
    var markupEscaped: String {
        var escaped = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar {
            case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
            case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
            case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
            case "\t", "\n", "\r": escaped.append(scalar)
            case "\u{0}"..."\u{1f}", "\u{fffe}", "\u{ffff}": break
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }

    /// For the Markdown of chat programs: nothing in it formats, mentions or links.
    var markdownEscaped: String {
        var escaped = ""
        for character in self {
            if "\\`*_{}[]()#+-.!|~>".contains(character) { escaped += "\\" }
            escaped.append(character)
            // A mention is broken by a sign that is not seen.
            if character == "@" { escaped += "\u{200b}" }
        }
        return escaped
    }
}

extension EgressAnswer {
    /// A text of the answer's JSON that may be passed on: letters, digits and a few signs, of bounded length.
    func word(_ path: String..., longest: Int = 200) -> String? {
        guard let json = Vendor.json(self) else { return nil }
        return Self.word(path[...].reduce(json) { found, name in found[name] ?? .null }, longest: longest)
    }

    private static func word(_ value: JSON, longest: Int) -> String? {
        guard let text = value.string ?? value.integer.map({ String($0) }), (1...longest).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return nil }
        return text
    }
}

/// What stands inside of a line of Markdown.
enum Inline {
    /// Without the marks of emphasis, code and links; brackets that are places to fill stay.
    static func plain(_ text: String) -> String {
        let characters = Array(text)
        var plain = ""
        var index = 0
        while index < characters.count {
            let character = characters[index]
            switch character {
            case "*":
                let isFree =
                    index + 1 < characters.count && characters[index + 1] == " "
                    && plain.last.map { $0 == " " } != false
                if isFree { plain.append(character) }
            case "`": break
            case "_" where isEmphasis(characters, index): break
            case "[":
                if let link = link(characters, index) {
                    plain += self.plain(link.title)
                    index = link.end
                    continue
                }
                plain.append(character)
            case "\\" where index + 1 < characters.count && characters[index + 1].isPunctuation:
                index += 1
                plain.append(characters[index])
            default: plain.append(character)
            }
            index += 1
        }
        return plain.trimmed
    }

    /// An underscore at the edge of a word that is none of a row of underscores.
    private static func isEmphasis(_ characters: [Character], _ index: Int) -> Bool {
        let before = index > 0 ? characters[index - 1] : " "
        let after = index + 1 < characters.count ? characters[index + 1] : " "
        guard before != "_", after != "_" else { return false }
        return (before == " " || before.isPunctuation) != (after == " " || after.isPunctuation)
    }

    /// `[title](address)`; the index behind it.
    static func link(_ characters: [Character], _ start: Int) -> (title: String, address: String, end: Int)? {
        guard let close = characters[start...].prefix(400).firstIndex(of: "]"), close + 1 < characters.count,
            characters[close + 1] == "(",
            let end = characters[(close + 1)...].prefix(2_000).firstIndex(of: ")")
        else { return nil }
        let address = String(characters[(close + 2)..<end])
        guard !address.contains(" ") || address.contains("\"") else { return nil }
        return (String(characters[(start + 1)..<close]), address, end + 1)
    }

    /// The first link of a text.
    static func firstLink(_ text: String) -> (title: String, address: String)? {
        let characters = Array(text)
        var index = 0
        while let start = characters[index...].firstIndex(of: "[") {
            if let link = link(characters, start) { return (link.title, link.address) }
            index = start + 1
        }
        return nil
    }

    /// The first text between backticks.
    static func firstCode(_ text: String) -> String? {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        return parts.count >= 3 && !parts[1].isEmpty ? String(parts[1]) : nil
    }

    /// The first web address.
    static func firstAddress(_ text: String) -> String? {
        for scheme in ["https://", "http://"] {
            guard let found = text.firstRange(of: scheme) else { continue }
            let address = text[found.lowerBound...].prefix { !" )>`\"'|".contains($0) }
            return String(address)
        }
        return nil
    }
}

/// `**Label** (note): value`, the way in which procedures name their parts.
struct Labelled: Hashable, Sendable {
    let label: String
    /// What stands in parentheses behind the label.
    let note: String?
    let value: String

    /// A text that begins with a label in bold.
    init?(bold text: String) {
        let text = text.trimmed
        guard text.hasPrefix("**"), let close = text.dropFirst(2).firstRange(of: "**")?.lowerBound else { return nil }
        var label = String(text[text.index(text.startIndex, offsetBy: 2)..<close])
        var rest = String(text[close...].dropFirst(2)).trimmed
        var note: String?
        if rest.hasPrefix("("), let end = rest.firstIndex(of: ")") {
            note = String(rest[rest.index(after: rest.startIndex)..<end])
            rest = String(rest[rest.index(after: end)...]).trimmed
        }
        let isClosed = label.trimmed.hasSuffix(":")
        if isClosed { label = String(label.trimmed.dropLast()) }
        if let mark = [":", "- ", "– ", "— "].first(where: rest.hasPrefix) {
            rest = String(rest.dropFirst(mark.count))
        } else if !isClosed, !rest.isEmpty {
            // Bold words that go on as a sentence are no label.
            return nil
        }
        self.init(label: label, note: note, value: rest)
    }

    /// A text that begins with a few words and a colon.
    init?(plain text: String) {
        let text = text.trimmed
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let label = text[..<colon]
        let rest = text[text.index(after: colon)...]
        guard rest.isEmpty || rest.first == " ", !label.isEmpty, label.split(separator: " ").count <= 7,
            !label.contains(where: { "[{`".contains($0) })
        else { return nil }
        self.init(label: String(label), note: nil, value: String(rest))
    }

    /// Bold if it can be, else plain.
    init?(_ text: String) {
        if let bold = Labelled(bold: text) {
            self = bold
        } else if let plain = Labelled(plain: text) {
            self = plain
        } else {
            return nil
        }
    }

    private init(label: String, note: String?, value: String) {
        let (title, inside) = Labelled.splitNote(Inline.plain(label))
        guard !title.isEmpty else {
            (self.label, self.note, self.value) = (Inline.plain(label), note, value.trimmed)
            return
        }
        (self.label, self.note, self.value) = (title, note ?? inside, value.trimmed)
    }

    /// `Quick Fixes (if obvious)` as its two parts.
    static func splitNote(_ text: String) -> (title: String, note: String?) {
        let text = text.trimmed
        guard text.hasSuffix(")"), let open = text.lastIndex(of: "(") else { return (text, nil) }
        let title = text[..<open].trimmed
        let note = text[text.index(after: open)...].dropLast().trimmed
        return title.isEmpty || note.isEmpty ? (text, nil) : (title, note)
    }
}

/// The words of a heading, a label or a cell, for comparing: lower case, without marks.
struct Phrase: Hashable, Sendable {
    let words: [String]

    init(_ text: String) {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
            words = text.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
            return
        }
        // Nearly all texts are ASCII, and phrases are made all the time.
        var words: [String] = []
        var word: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): word.append(byte)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): word.append(byte | 0x20)
            default:
                if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
                word.removeAll(keepingCapacity: true)
            }
        }
        if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
        self.words = words
    }

    /// Whether one of the stems begins a word; a stem of several words is a row of beginnings: `post incident`.
    func has(_ stems: String...) -> Bool { has(anyOf: stems) }

    func has(anyOf stems: [String]) -> Bool {
        stems.contains { stem in
            guard stem.utf8.contains(UInt8(ascii: " ")) else {
                return words.contains { $0.utf8.starts(with: stem.utf8) }
            }
            let parts = stem.split(separator: " ")
            guard parts.count <= words.count, !parts.isEmpty else { return false }
            return (0...(words.count - parts.count)).contains { start in
                parts.indices.allSatisfy { words[start + $0].utf8.starts(with: parts[$0].utf8) }
            }
        }
    }

    /// Whether these are all the words, each by its beginning.
    func isOnly(_ stems: String...) -> Bool {
        stems.contains { stem in
            let parts = stem.split(separator: " ")
            return parts.count == words.count && zip(words, parts).allSatisfy { $0.hasPrefix($1) }
        }
    }

    var joined: String { words.joined(separator: " ") }
}

extension String {
    var phrase: Phrase { Phrase(self) }

    /// An id made of the words: `Status page, resolved` becomes `status-page-resolved`. Nil when nothing of it can
    /// stand in one.
    var slug: String? {
        var slug = ""
        for scalar in lowercased().unicodeScalars {
            switch scalar {
            case "a"..."z", "0"..."9": slug.unicodeScalars.append(scalar)
            case "'", "’": continue
            default: if !slug.isEmpty, slug.last != "-" { slug.append("-") }
            }
        }
        var words: [Substring] = []
        var length = 0
        for word in slug.split(separator: "-") {
            guard words.isEmpty || length + word.count < Self.slugLength else { break }
            words.append(word)
            length += word.count + 1
        }
        let joined = String(words.joined(separator: "-").prefix(Self.slugLength))
        return joined.isEmpty ? nil : joined
    }

    /// Ids are read and typed by people.
    private static let slugLength = 40

    /// With a capital letter at the beginning.
    var capitalised: String { prefix(1).uppercased() + dropFirst() }

    /// The sentences of a text. A full stop within a word or a number ends none.
    var sentences: [String] {
        var sentences: [String] = []
        var sentence = ""
        var mark: Character = " "
        for character in self {
            if character == " ", ".!?;".contains(mark) {
                sentences.append(sentence.trimmed)
                sentence = ""
            }
            sentence.append(character)
            mark = character
        }
        sentences.append(sentence.trimmed)
        return sentences.filter { !$0.isEmpty }
    }

    /// Parts between commas that do not stand in parentheses; "and" and "or" before the last one are left out.
    var enumerated: [String] {
        var parts: [String] = []
        var part = ""
        var depth = 0
        for character in self {
            if character == "(" { depth += 1 }
            if character == ")" { depth = max(0, depth - 1) }
            if character == "," || character == ";", depth == 0 {
                parts.append(part.trimmed)
                part = ""
            } else {
                part.append(character)
            }
        }
        parts.append(part.trimmed)
        return parts.filter { !$0.isEmpty }.map { part in
            for word in ["and ", "or "] where part.hasPrefix(word) && parts.count > 1 {
                return String(part.dropFirst(word.count))
            }
            return part
        }
    }
}

/// The label of a severity as headings and tables write it: `P0 - CRITICAL`, "Severity 1 (SEV-1) - Critical", `SEV1`.
struct SeverityLabel: Hashable, Sendable {
    let id: String
    /// Empty when the label is all there is.
    let name: String

    init?(_ text: String) {
        let text = Inline.plain(text)
        let words = text.split { " ():".contains($0) }.map(String.init)
        if let code = words.prefix(4).first(where: Self.isCode) {
            id = code
            name = Self.rest(of: text, without: [code])
            return
        }
        guard let first = words.first?.lowercased() else { return nil }
        if ["severity", "priority", "sev", "level"].contains(first), words.count > 1, let number = Int(words[1]) {
            id = "\(words[0])-\(number)"
            name = Self.rest(of: text, without: [words[0], words[1]])
            return
        }
        let plain = first.filter(\.isLetter)
        guard Self.names.contains(plain), words.count <= 3, let word = words.first else { return nil }
        id = String(word.filter { $0.isLetter || $0.isNumber || $0 == "-" })
        name = ""
    }

    /// `P0`, `SEV-1`, `Sev2`, `S3`.
    static func isCode(_ word: String) -> Bool {
        let letters = word.prefix { $0.isLetter }.lowercased()
        var rest = word.dropFirst(letters.count)
        if rest.first == "-" { rest = rest.dropFirst() }
        return ["p", "s", "sev", "severity", "prio"].contains(letters) && (1...2).contains(rest.count)
            && rest.allSatisfy { $0.isASCII && $0.isNumber }
    }

    private static let names: Set<String> = [
        "critical", "blocker", "severe", "urgent", "high", "major", "medium", "moderate", "minor", "low", "normal",
        "trivial",
        "info", "informational",
    ]

    private static func rest(of text: String, without words: [String]) -> String {
        var rest = text
        for word in words + ["Severity", "Priority"] {
            if let range = rest.firstRange(of: word) { rest.removeSubrange(range) }
        }
        var number = rest.trimmed[...]
        // What is left of "Severity 1 (SEV-1) - Critical" begins with a number and empty parentheses.
        while let first = number.first, first.isNumber || " ()[]-–—:/".contains(first) { number = number.dropFirst() }
        while let last = number.last, " ([-–—:".contains(last) { number = number.dropLast() }
        return String(number)
    }

    /// The number of the label, which orders a ladder that is written from the mildest.
    var number: Int? { Int(id.drop { !$0.isNumber }) }
}

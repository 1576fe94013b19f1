/// One line of text without any character that could end it, hide it or steer a terminal: the only thing that may stand
/// in a mail header, a mail command or a result (S37). There is no way to make one that holds a line break.
struct LineText: Hashable, Sendable, CustomStringConvertible {
    let text: String

    var description: String { text }

    /// The text as it is, or nil when it holds a character that a line must not hold. For values that somebody else
    /// decides on, and where a changed value would be a wrong one: addresses, ids, host names.
    init?(exactly text: String) {
        guard !text.unicodeScalars.contains(where: Self.isUnfit) else { return nil }
        self.text = text
    }

    /// The text on one line: each run of unfit characters becomes one space, and what is longer than `limit` characters
    /// ends in `…`. For words meant for people: a page must not be lost because an alert's name holds a line break.
    init(flattening text: String, limit: Int) {
        var line = String.UnicodeScalarView()
        var pendingSpace = false
        for scalar in text.unicodeScalars {
            if Self.isUnfit(scalar) {
                pendingSpace = true
                continue
            }
            if pendingSpace, !line.isEmpty, line.last != " ", scalar != " " { line.append(" ") }
            pendingSpace = false
            line.append(scalar)
        }
        let whole = String(line)
        self.text = whole.count <= limit ? whole : String(whole.prefix(max(0, limit - 1))) + "…"
    }

    /// Controls (C0, DEL, C1), line and paragraph separators, and the marks that turn the direction of what follows,
    /// with which a text can be made to read as another (Unicode Standard Annex 9, §2).
    private static func isUnfit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1f, 0x7f...0x9f, 0x2028, 0x2029, 0x202a...0x202e, 0x2066...0x2069, 0xfeff: true
        default: false
        }
    }
}

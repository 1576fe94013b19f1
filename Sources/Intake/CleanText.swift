/// Text from outside without the characters that no text needs: NUL, which PostgreSQL cannot store, and the other control
/// characters, which terminals and mail headers obey. Tab and line feed stay; CR LF becomes LF.
struct CleanText {
    let text: String
    /// Whether something was replaced by U+FFFD.
    let isAltered: Bool

    init(_ raw: String) {
        guard Self.needsCleaning(raw) else {
            text = raw
            isAltered = false
            return
        }
        var clean = String.UnicodeScalarView()
        var replaced = false
        let scalars = raw.unicodeScalars
        for index in scalars.indices {
            let scalar = scalars[index]
            guard Self.isControl(scalar) else {
                clean.append(scalar)
                continue
            }
            let next = scalars.index(after: index)
            if scalar == "\r", next < scalars.endIndex, scalars[next] == "\n" { continue }
            clean.append("\u{fffd}")
            replaced = true
        }
        text = String(clean)
        isAltered = replaced
    }

    private init(cut text: String, isAltered: Bool) {
        self.text = text
        self.isAltered = isAltered
    }

    /// The longest head of whole characters within `limit` bytes, its end marked as cut.
    func cut(toBytes limit: Int) -> CleanText {
        let mark = " […cut]"
        var bytes = mark.utf8.count
        var head = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            bytes += UTF8.width(scalar)
            guard bytes <= limit else { break }
            head.append(scalar)
        }
        return CleanText(cut: String(head) + mark, isAltered: isAltered)
    }

    /// A look at the bytes alone, since nearly every text is clean. U+0080 to U+009F start with the byte 0xc2, and the marks
    /// of reading direction with 0xe2, as some harmless characters do.
    private static func needsCleaning(_ raw: String) -> Bool {
        for byte in raw.utf8 where byte < 0x20 || byte == 0x7f || byte == 0xc2 || byte == 0xe2 {
            if byte != 0x09, byte != 0x0a { return true }
        }
        return false
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0a: false
        case 0..<0x20, 0x7f...0x9f: true
        // Marks that turn the reading direction around make a text say one thing and show another (F20).
        case 0x202a...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}

extension String {
    /// The text as a fault or a warning shows it: clean, and cut where it would repeat pages of what was sent.
    var shown: String {
        let start = unicodeScalars.prefix(IntakeLimits.quotedScalars)
        let isCut = start.endIndex < unicodeScalars.endIndex
        return CleanText(String(start)).text + (isCut ? "…" : "")
    }

    var quoted: String { "\"\(shown)\"" }
}

// The part of the survey that passes over texts, comments and white space.

extension YAMLSurvey {
    // MARK: Bytes

    func peek(_ offset: Int = 0) -> UInt8? {
        let place = index + offset
        return place < bytes.count ? bytes[place] : nil
    }

    func isBlank(_ offset: Int) -> Bool { peek(offset) == 0x20 || peek(offset) == 0x09 }

    /// A space, a tab, the end of the line or of the text.
    func isBlankOrEnd(_ offset: Int) -> Bool {
        guard let byte = peek(offset) else { return true }
        return byte == 0x20 || byte == 0x09 || byte == 0x0a
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// The signs that end a text inside of brackets.
    private static func endsEntry(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"): true
        default: false
        }
    }

    /// `---` or `...` at the beginning of a line, and nothing joined to it.
    func isMarker(_ byte: UInt8) -> Bool {
        column == 0 && peek() == byte && peek(1) == byte && peek(2) == byte && isBlankOrEnd(3)
    }

    mutating func advance(by count: Int = 1) {
        for _ in 0..<count where index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == 0x0a {
                line += 1
                column = 0
            } else if index == bytes.count || bytes[index] & 0xc0 != 0x80 {
                // The last byte of a character.
                column += 1
            }
        }
    }

    mutating func skipLine() {
        while let byte = peek(), byte != 0x0a { advance() }
    }

    /// Spaces, comments and line ends. In a block, a new line may begin a key, and no tab may stand before one.
    mutating func skipToToken() throws(PlaybookFault) {
        while let byte = peek() {
            switch byte {
            case 0x20: advance()
            case 0x09:
                guard isInBrackets || !allowsKey else { throw tab() }
                advance()
            case UInt8(ascii: "#"): skipLine()
            case 0x0a:
                advance()
                if !isInBrackets { allowsKey = true }
            default: return
            }
        }
    }

    private func tab() -> PlaybookFault {
        PlaybookFault(.tab, at: here, "a tab cannot indent: use spaces")
    }

    // MARK: Scalars

    mutating func plainScalar() throws(PlaybookFault) {
        offerKey(.scalar)
        allowsKey = false
        let least = indent + 1
        var crossedLine = false
        scanning: while true {
            if isMarker(UInt8(ascii: "-")) || isMarker(UInt8(ascii: ".")) || peek() == UInt8(ascii: "#") { break }
            while let byte = peek(), byte != 0x20, byte != 0x09, byte != 0x0a {
                if isInBrackets {
                    if byte == UInt8(ascii: ":"), let next = peek(1), next == UInt8(ascii: "?") || Self.endsEntry(next)
                    {
                        throw PlaybookFault(.syntax, at: here, "a space is missing after this colon")
                    }
                    if Self.endsEntry(byte) { break scanning }
                }
                if byte == UInt8(ascii: ":"), isBlankOrEnd(1) { break scanning }
                crossedLine = false
                advance()
            }
            guard peek() != nil else { break }
            while let byte = peek(), byte == 0x20 || byte == 0x09 || byte == 0x0a {
                if byte == 0x09, crossedLine, column < least { throw tab() }
                if byte == 0x0a { crossedLine = true }
                advance()
            }
            if !isInBrackets, column < least { break }
        }
        if crossedLine { allowsKey = true }
        valueBegan()
    }

    mutating func quotedScalar(_ quote: UInt8) throws(PlaybookFault) {
        let start = here
        offerKey(.scalar)
        allowsKey = false
        advance()
        while let byte = peek() {
            if isMarker(UInt8(ascii: "-")) || isMarker(UInt8(ascii: ".")) { break }
            if byte == quote {
                if quote == UInt8(ascii: "'"), peek(1) == quote {
                    advance(by: 2)
                    continue
                }
                advance()
                valueBegan()
                return
            }
            // What a backslash may stand before is for the library to say.
            advance(by: byte == UInt8(ascii: "\\") && quote == UInt8(ascii: "\"") ? 2 : 1)
        }
        throw PlaybookFault(.unclosed, at: start, "this quotation mark is never closed")
    }

    mutating func blockScalar() throws(PlaybookFault) {
        candidates[candidates.count - 1] = nil
        allowsKey = true
        advance()
        var increment: Int?
        var sawChomping = false
        while let byte = peek(), !isBlankOrEnd(0) {
            if (byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")) && !sawChomping {
                sawChomping = true
            } else if (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(byte), increment == nil {
                increment = Int(byte - UInt8(ascii: "0"))
            } else {
                throw PlaybookFault(
                    .syntax, at: here,
                    "the text begins on the next line; put a text that begins with | or > in quotes")
            }
            advance()
        }
        while isBlank(0) { advance() }
        if peek() == UInt8(ascii: "#") { skipLine() }
        guard peek() == nil || peek() == 0x0a else {
            throw PlaybookFault(
                .syntax, at: here, "the text begins on the next line; put a text that begins with | or > in quotes")
        }
        advance()
        try blockLines(indent: increment.map { max(indent, 0) + $0 })
    }

    /// The lines of a block scalar. Without an explicit indentation the first line that is not empty gives it.
    private mutating func blockLines(indent explicit: Int?) throws(PlaybookFault) {
        var width = explicit ?? 0
        try skipIndentation(&width)
        while column == width, peek() != nil {
            skipLine()
            advance()
            try skipIndentation(&width)
        }
    }

    private mutating func skipIndentation(_ width: inout Int) throws(PlaybookFault) {
        var widest = 0
        while true {
            while width == 0 || column < width, peek() == 0x20 { advance() }
            widest = max(widest, column)
            if width == 0 || column < width, peek() == 0x09 { throw tab() }
            guard peek() == 0x0a else { break }
            advance()
        }
        if width == 0 { width = max(widest, indent + 1, 1) }
    }
}

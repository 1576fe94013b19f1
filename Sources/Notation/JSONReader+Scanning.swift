/// Where a number lies in the text.
struct JSONNumberExtent {
    var start: Int
    var end: Int
    /// Written without fraction and exponent.
    var isWhole: Bool
}

// The lexical part: each of these starts at a byte that the caller has looked at, and leaves `position` behind what it
// read. None of them allocates.
extension JSONReader {
    mutating func skipWhiteSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0a, 0x0d, 0x09: position += 1
            default: return
            }
        }
    }

    // MARK: Strings

    /// Checks a string, escapes and encoding included, and finds its end.
    mutating func scanString() throws(InputFault) -> JSONStringExtent {
        let start = position + 1
        var index = start
        var isEscaped = false
        scan: while true {
            index = plainEnd(from: index)
            guard index < bytes.count else { throw truncated() }
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""): break scan
            case UInt8(ascii: "\\"):
                index = try scanEscape(at: index)
                isEscaped = true
            case 0..<0x20:
                throw broken(at: index, "a control character inside a string must be written as an escape")
            case 0x80...: index = try scanSequence(at: index)
            default: index += 1
            }
        }
        guard index - start <= limits.stringBytes else {
            throw passed(at: position, "a string has more than \(limits.stringBytes) bytes")
        }
        position = index + 1
        return JSONStringExtent(start: start, end: index, isEscaped: isEscaped)
    }

    /// Goes ahead over ASCII that needs no attention, eight bytes at a time. Most of a body is that.
    private func plainEnd(from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        var index = start
        guard let base = UnsafeRawPointer(bytes.baseAddress) else { return index }
        while index + 8 <= bytes.count {
            let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            // A top bit is left where a byte is above 0x7f, below 0x20, a quote or a backslash. Subtraction may borrow
            // into the byte above one that was found, so only the lowest bit found is exact: it is the one used.
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5c)
            let found =
                (word | ((word &- ones &* 0x20) & ~word) | ((quote &- ones) & ~quote)
                    | ((backslash &- ones) & ~backslash)) & tops
            if found != 0 { return index + found.trailingZeroBitCount / 8 }
            index += 8
        }
        return index
    }

    /// Checks the escape at that index and answers the index behind it. A surrogate must come as a pair: half of one is
    /// no character, and readers disagree about what to make of it (RFC 8259 section 8.2).
    private mutating func scanEscape(at index: Int) throws(InputFault) -> Int {
        guard index + 1 < bytes.count else { throw truncated() }
        switch bytes[index + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return index + 2
        case UInt8(ascii: "u"):
            let unit = try scanCodeUnit(at: index + 2)
            switch unit {
            case 0xdc00...0xdfff: throw broken(at: index, "the second half of a surrogate pair stands alone")
            case 0xd800...0xdbff:
                guard index + 6 < bytes.count else { throw truncated() }
                guard bytes[index + 6] == UInt8(ascii: "\\") else { throw loneSurrogate(at: index) }
                guard index + 7 < bytes.count else { throw truncated() }
                guard bytes[index + 7] == UInt8(ascii: "u") else { throw loneSurrogate(at: index) }
                let second = try scanCodeUnit(at: index + 8)
                guard 0xdc00...0xdfff ~= second else { throw loneSurrogate(at: index) }
                return index + 12
            default: return index + 6
            }
        default: throw broken(at: index, "there is no such escape; write the backslash twice to mean a backslash")
        }
    }

    private mutating func loneSurrogate(at index: Int) -> InputFault {
        broken(at: index, "the first half of a surrogate pair stands alone")
    }

    private mutating func scanCodeUnit(at index: Int) throws(InputFault) -> UInt32 {
        var unit: UInt32 = 0
        for offset in index..<index + 4 {
            guard offset < bytes.count else { throw truncated() }
            guard let digit = JSONStringExtent.hexDigit(bytes[offset]) else {
                throw broken(at: offset, "four hexadecimal digits must follow \\u")
            }
            unit = unit << 4 | digit
        }
        return unit
    }

    /// Checks the UTF-8 sequence at that index and answers the index behind it. The ranges are those of Unicode's table
    /// 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
    private mutating func scanSequence(at index: Int) throws(InputFault) -> Int {
        let second: ClosedRange<UInt8>
        let length: Int
        switch bytes[index] {
        case 0xc2...0xdf: (second, length) = (0x80...0xbf, 2)
        case 0xe0: (second, length) = (0xa0...0xbf, 3)
        case 0xe1...0xec, 0xee, 0xef: (second, length) = (0x80...0xbf, 3)
        case 0xed: (second, length) = (0x80...0x9f, 3)
        case 0xf0: (second, length) = (0x90...0xbf, 4)
        case 0xf1...0xf3: (second, length) = (0x80...0xbf, 4)
        case 0xf4: (second, length) = (0x80...0x8f, 4)
        default: throw broken(at: index, "the text is not valid UTF-8")
        }
        for offset in 1..<length {
            guard index + offset < bytes.count else { throw truncated() }
            let range = offset == 1 ? second : 0x80...0xbf
            guard range ~= bytes[index + offset] else { throw broken(at: index, "the text is not valid UTF-8") }
        }
        return index + length
    }

    // MARK: Numbers and words

    /// Checks a number against the grammar of RFC 8259 section 6 and finds its end. What it is worth is not looked at.
    mutating func scanNumber() throws(InputFault) -> JSONNumberExtent {
        let start = position
        var index = position
        var isWhole = true
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        let digits = index
        index = try digitsEnd(from: index)
        if bytes[digits] == UInt8(ascii: "0"), index - digits > 1 {
            throw broken(at: digits, "a number has no zero in front")
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            isWhole = false
            index = try digitsEnd(from: index + 1)
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            index = try digitsEnd(from: index)
        }
        guard index - start <= limits.numberBytes else {
            throw passed(at: start, "a number has more than \(limits.numberBytes) digits")
        }
        position = index
        return JSONNumberExtent(start: start, end: index, isWhole: isWhole)
    }

    private mutating func digitsEnd(from start: Int) throws(InputFault) -> Int {
        var index = start
        while index < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[index] { index += 1 }
        guard index > start else {
            guard index < bytes.count else { throw truncated() }
            throw broken(at: index, "a digit must come here")
        }
        return index
    }

    /// Reads `true`, `false` or `null` and answers its first byte.
    @discardableResult
    mutating func scanWord() throws(InputFault) -> UInt8 {
        let first = bytes[position]
        let word: StaticString = first == UInt8(ascii: "t") ? "true" : first == UInt8(ascii: "f") ? "false" : "null"
        for offset in 0..<word.utf8CodeUnitCount {
            guard position + offset < bytes.count else { throw truncated() }
            guard bytes[position + offset] == word.utf8Start[offset] else {
                throw broken(at: position, "only true, false and null are written without quotes")
            }
        }
        position += word.utf8CodeUnitCount
        return first
    }

    // MARK: Faults of the text

    mutating func truncated() -> InputFault {
        breakage = .truncated
        return InputFault(
            at: lineAndColumn(of: bytes.count), bytes.isEmpty ? "the text is empty" : "the text ends too early")
    }

    mutating func broken(at index: Int, _ reason: String) -> InputFault {
        breakage = .malformed
        return InputFault(at: lineAndColumn(of: index), reason)
    }

    mutating func passed(at index: Int, _ reason: String) -> InputFault {
        breakage = .limit
        return InputFault(at: lineAndColumn(of: index), reason)
    }

    /// Lines and columns count from 1; a column is a Unicode scalar, whatever its width.
    private func lineAndColumn(of index: Int) -> String {
        var line = 1
        var column = 1
        for byte in bytes[..<index] {
            if byte == 0x0a {
                line += 1
                column = 1
            } else if byte & 0xc0 != 0x80 {
                column += 1
            }
        }
        return "\(line):\(column)"
    }
}

/// The characters of a document, checked before anything interprets them: UTF-8, no control characters, one kind of
/// line end. What the YAML library gets is what this lets through, so that lines and columns are counted once and
/// alike.
struct DocumentBytes {
    /// Without a byte order mark, with `\n` as the only line end.
    let utf8: [UInt8]
    /// Where each line begins in `utf8`; never empty.
    let lineStarts: [Int]

    init(_ bytes: [UInt8]) throws(PlaybookFault) {
        guard bytes.count <= DocumentLimits.bytes else {
            throw PlaybookFault(
                .documentTooLarge, at: .start,
                "the document has \(bytes.count) bytes, more than \(DocumentLimits.bytes): divide it into several "
                    + "playbooks"
            )
        }
        var checked: [UInt8] = []
        checked.reserveCapacity(bytes.count)
        var lineStarts = [0]
        var column = 1
        var parser = Unicode.UTF8.ForwardParser()
        var rest = bytes.makeIterator()
        var isFirst = true
        var afterReturn = false
        reading: while true {
            switch parser.parseScalar(from: &rest) {
            case .emptyInput: break reading
            case .error:
                throw PlaybookFault(
                    .notUTF8, at: DocumentPlace(line: lineStarts.count, column: column),
                    "this is not UTF-8: save the file in that encoding")
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                defer { isFirst = false }
                if isFirst, scalar == "\u{feff}" { continue }
                if afterReturn, scalar != "\n" { throw Self.control("\r", lineStarts.count, column) }
                afterReturn = scalar == "\r"
                if afterReturn { continue }
                guard Self.isAllowed(scalar) else { throw Self.control(scalar, lineStarts.count, column) }
                checked.append(contentsOf: encoded)
                column += 1
                if scalar == "\n" {
                    lineStarts.append(checked.count)
                    column = 1
                }
            }
        }
        if afterReturn { throw Self.control("\r", lineStarts.count, column) }
        utf8 = checked
        self.lineStarts = lineStarts
    }

    /// The bytes of that line, from 1, without its end; empty past the last one.
    func line(_ number: Int) -> ArraySlice<UInt8> {
        guard (1...lineStarts.count).contains(number) else { return [] }
        let start = lineStarts[number - 1]
        let end = number < lineStarts.count ? lineStarts[number] - 1 : utf8.count
        return utf8[start..<end]
    }

    // MARK: Leaves

    /// What YAML calls printable, without its rarer line ends, which editors do not show as such.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0a, 0x20...0x7e: true
        case 0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff: false
        default: scalar.value >= 0xa0
        }
    }

    private static func control(_ scalar: Unicode.Scalar, _ line: Int, _ column: Int) -> PlaybookFault {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let name = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return PlaybookFault(
            .controlCharacter, at: DocumentPlace(line: line, column: column),
            "the character \(name) cannot be seen and is not read: delete it")
    }
}

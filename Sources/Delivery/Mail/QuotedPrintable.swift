/// Quoted-printable (RFC 2045 §6.7). Lines have at most 76 characters and end in CRLF; no bare CR or LF, no NUL and no
/// byte beyond ASCII comes out whatever goes in, which is what keeps a text from ending a message early.
enum QuotedPrintable {
    private static let longestLine = 76
    private static let hex = Array("0123456789ABCDEF".utf8)

    /// CRLF, CR and LF in the text are line breaks; the result ends in one.
    static func encode(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count + text.utf8.count / 16 + 2)
        var line: [UInt8] = []
        var bytes = text.utf8.makeIterator()
        var next = bytes.next()
        while let byte = next {
            next = bytes.next()
            switch byte {
            case 0x0d:
                if next == 0x0a { next = bytes.next() }
                end(&line, to: &output)
            case 0x0a:
                end(&line, to: &output)
            case 0x20, 0x09:
                // A blank at the end of a line would be stripped on the way.
                let endsLine = next == nil || next == 0x0d || next == 0x0a
                add(endsLine ? escape(byte) : [byte], to: &line, &output)
            case 0x21...0x3c, 0x3e...0x7e:
                add([byte], to: &line, &output)
            default:
                add(escape(byte), to: &line, &output)
            }
        }
        if !line.isEmpty || output.isEmpty { end(&line, to: &output) }
        return output
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        [UInt8(ascii: "="), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
    }

    private static func add(_ piece: [UInt8], to line: inout [UInt8], _ output: inout [UInt8]) {
        // One place is kept for the "=" of a soft break.
        if line.count + piece.count > longestLine - 1 {
            line.append(UInt8(ascii: "="))
            end(&line, to: &output)
        }
        line.append(contentsOf: piece)
    }

    private static func end(_ line: inout [UInt8], to output: inout [UInt8]) {
        output.append(contentsOf: line)
        output.append(contentsOf: [0x0d, 0x0a])
        line.removeAll(keepingCapacity: true)
    }
}

/// The head of a mail. Only lines that cannot hold a line break can be added (S37).
struct MailHeaders {
    /// Of one encoded word: 39 bytes are 52 characters in base 64, and 64 with the marks, so that even the first line with its
    /// name stays under the 76 characters of RFC 2047 §2.
    private static let encodedWordBytes = 39
    /// Below this a header is written as it is, on one line.
    private static let plainCharacters = 60

    private(set) var bytes: [UInt8] = []

    /// A value that is ASCII and already in its final form.
    mutating func add(_ name: StaticString, _ value: LineText) {
        bytes.append(contentsOf: "\(name): \(value)\r\n".utf8)
    }

    /// Words for people, in any script.
    mutating func add(_ name: StaticString, words: LineText) {
        bytes.append(contentsOf: "\(name): \(Self.encoded(words.text))\r\n".utf8)
    }

    mutating func add(_ name: StaticString, _ address: MailAddress) {
        guard let display = address.name else {
            bytes.append(contentsOf: "\(name): \(address.address)\r\n".utf8)
            return
        }
        let isPlain = display.utf8.allSatisfy {
            Self.isPrintable($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        let words =
            isPlain && display.utf8.count <= Self.plainCharacters && !display.contains("=?")
            ? "\"\(display)\"" : Self.encodedWords(display)
        bytes.append(contentsOf: "\(name): \(words)\r\n <\(address.address)>\r\n".utf8)
    }

    private static func encoded(_ text: String) -> String {
        let isPlain = text.utf8.count <= plainCharacters && text.utf8.allSatisfy(isPrintable) && !text.contains("=?")
        return isPlain ? text : encodedWords(text)
    }

    /// RFC 2047 encoded words, one a line. Each holds whole characters, as §5 demands.
    private static func encodedWords(_ text: String) -> String {
        var words: [String] = []
        var chunk: [UInt8] = []
        for scalar in text.unicodeScalars {
            let piece = Array(String(scalar).utf8)
            if chunk.count + piece.count > encodedWordBytes {
                words.append("=?UTF-8?B?\(Base64.encode(chunk))?=")
                chunk.removeAll(keepingCapacity: true)
            }
            chunk.append(contentsOf: piece)
        }
        words.append("=?UTF-8?B?\(Base64.encode(chunk))?=")
        return words.joined(separator: "\r\n ")
    }

    private static func isPrintable(_ byte: UInt8) -> Bool { (0x20...0x7e).contains(byte) }
}

/// One reply of a mail server: a code and its lines (RFC 5321 §4.2).
struct SMTPReply: Hashable, Sendable {
    let code: Int
    /// What follows the code on each line. From the network: shown only through `summary`.
    let lines: [String]

    /// Code and text on one line of bounded length.
    var summary: String {
        let text = LineText(flattening: lines.joined(separator: " "), limit: 200).text
        return text.isEmpty ? "\(code)" : "\(code) \(text)"
    }

    var isPositive: Bool { (200...299).contains(code) }
}

/// Cuts what a server sends into replies. Holds at most one reply, whatever is sent.
struct SMTPReplyParser {
    /// RFC 5321 §4.5.3.1.5 allows 512 octets; some servers write more.
    static let longestLine = 2_048
    /// The longest greeting list in use has some 20 lines.
    static let mostLines = 128

    struct Fault: Error, Hashable {
        let reason: String
    }

    private var line: [UInt8] = []
    private var code: Int?
    private var lines: [String] = []

    /// Whether something was received that is not a whole reply yet.
    var isInsideReply: Bool { !line.isEmpty || code != nil }

    mutating func feed(_ bytes: some Sequence<UInt8>) throws(Fault) -> [SMTPReply] {
        var replies: [SMTPReply] = []
        for byte in bytes {
            guard byte == 0x0a else {
                guard line.count < Self.longestLine else {
                    throw Fault(reason: "a reply line is longer than \(Self.longestLine) bytes")
                }
                line.append(byte)
                continue
            }
            if line.last == 0x0d { line.removeLast() }
            defer { line.removeAll(keepingCapacity: true) }
            if let reply = try endLine() { replies.append(reply) }
        }
        return replies
    }

    private mutating func endLine() throws(Fault) -> SMTPReply? {
        guard line.count >= 3, line[..<3].allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw Fault(reason: "what was received is not a mail server's reply")
        }
        let number = line[..<3].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        let separator = line.count > 3 ? line[3] : UInt8(ascii: " ")
        guard (200...599).contains(number), separator == UInt8(ascii: " ") || separator == UInt8(ascii: "-"),
            code == nil || code == number
        else { throw Fault(reason: "what was received is not a mail server's reply") }
        guard lines.count < Self.mostLines else {
            throw Fault(reason: "a reply has more than \(Self.mostLines) lines")
        }
        lines.append(String(decoding: line.dropFirst(4), as: UTF8.self))
        guard separator == UInt8(ascii: " ") else {
            code = number
            return nil
        }
        let reply = SMTPReply(code: number, lines: lines)
        code = nil
        lines = []
        return reply
    }
}

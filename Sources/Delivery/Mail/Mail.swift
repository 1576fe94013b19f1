import Chronology
import Notation

/// A message in the form in which it travels (RFC 5322, RFC 2045). The same message gives the same bytes at every attempt, so
/// a receiver that saw it twice can tell by its Message-ID.
struct Mail {
    /// Characters of a subject. Longer ones end in "…"; the whole is at the top of the text then.
    private static let longestSubject = 500

    let sender: MailAddress
    let recipient: MailAddress
    /// Headers, an empty line, and the body; lines end in CRLF; dots are not stuffed yet.
    let bytes: [UInt8]

    init(_ message: OutgoingMessage, from sender: MailAddress, to recipient: MailAddress) {
        self.sender = sender
        self.recipient = recipient
        let subject = LineText(flattening: message.subject, limit: Self.longestSubject)
        var headers = MailHeaders()
        headers.add("Date", Self.known(WireDate(message.created).mail))
        headers.add("From", sender)
        headers.add("To", recipient)
        headers.add("Subject", words: subject)
        headers.add("Message-ID", Self.identifier("", message.id, sender.domain))
        // A common ancestor that nobody ever sent is what makes mail programs show a thread, and needs no memory of which
        // message was the first.
        let ancestor = Self.identifier("thread.", message.thread, sender.domain)
        headers.add("In-Reply-To", ancestor)
        headers.add("References", ancestor)
        // RFC 3834 §5, and the same for Exchange: no vacation answers to a page.
        headers.add("Auto-Submitted", Self.known("auto-generated"))
        headers.add("X-Auto-Response-Suppress", Self.known("All"))
        headers.add("X-Tocsin-Type", words: LineText(flattening: message.type, limit: 100))
        headers.add("MIME-Version", Self.known("1.0"))

        var text = message.text
        if subject.text != message.subject { text = message.subject + "\n\n" + text }
        let links = message.links.filter { LineText(exactly: $0.address) != nil && Self.isWeb($0.address) }
        if !links.isEmpty {
            text += "\n\n" + links.map { "\($0.label): \($0.address)" }.joined(separator: "\n") + "\n"
        }
        if let html = message.html {
            // "=_" never occurs in quoted-printable text (RFC 2045 §6.7), so no content can end a part.
            let boundary = "=_tocsin_alternative_="
            headers.add("Content-Type", Self.known("multipart/alternative; boundary=\"\(boundary)\""))
            var bytes = headers.bytes + Self.crlf
            for (kind, content) in [("text/plain", text), ("text/html", Self.adding(links, to: html))] {
                bytes += Array("--\(boundary)\r\n\(Self.partHeaders(kind))\r\n".utf8)
                bytes += QuotedPrintable.encode(content)
            }
            self.bytes = bytes + Array("--\(boundary)--\r\n".utf8)
        } else {
            self.bytes =
                headers.bytes + Array("\(Self.partHeaders("text/plain"))\r\n".utf8) + QuotedPrintable.encode(text)
        }
    }

    /// The message as it follows DATA: a dot at the start of a line is doubled (RFC 5321 §4.5.2), and a line of one dot
    /// ends it.
    var dotStuffed: [UInt8] {
        var stuffed: [UInt8] = []
        stuffed.reserveCapacity(bytes.count + 64)
        var isAtLineStart = true
        for byte in bytes {
            if isAtLineStart, byte == UInt8(ascii: ".") { stuffed.append(byte) }
            stuffed.append(byte)
            isAtLineStart = byte == 0x0a
        }
        return stuffed + Array(".\r\n".utf8)
    }

    // MARK: Leaves

    private static let crlf: [UInt8] = [0x0d, 0x0a]

    private static func partHeaders(_ kind: String) -> String {
        "Content-Type: \(kind); charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    }

    /// A value that this file made of harmless parts. One that is not is a programmer's error.
    private static func known(_ value: String) -> LineText {
        guard let line = LineText(exactly: value) else { preconditionFailure("a header value must be one line") }
        return line
    }

    private static func identifier(_ mark: String, _ key: String, _ domain: String) -> LineText {
        known("<\(mark)\(token(key))@\(domain)>")
    }

    /// Letters, digits, `_` and `-` as they are, anything else as `=` and its number: two keys never become one.
    private static func token(_ key: String) -> String {
        var token = ""
        for byte in key.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"), UInt8(ascii: "-"):
                token.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                token += "=" + String(256 + Int(byte), radix: 16).dropFirst()
            }
        }
        return token
    }

    private static func isWeb(_ address: String) -> Bool {
        address.lowercased().hasPrefix("https://") || address.lowercased().hasPrefix("http://")
    }

    private static func adding(_ links: [OutgoingMessage.Link], to html: String) -> String {
        guard !links.isEmpty else { return html }
        let list = links.map { "<p><a href=\"\(escaped($0.address))\">\(escaped($0.label))</a></p>\n" }.joined()
        guard let end = html.ranges(of: "</body>").last?.lowerBound else { return html + "\n" + list }
        return html[..<end] + list + html[end...]
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}

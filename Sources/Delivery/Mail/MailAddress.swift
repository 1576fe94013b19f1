import Notation

/// A mailbox: `ops@example.com`, or `Tocsin <tocsin@example.com>` where a name is allowed. Of RFC 5321 §4.1.2 only the dot
/// form of the part before the sign is read: quoted forms, comments, routes and several addresses in one are refused,
/// because different servers read them differently (S37).
public struct MailAddress: Hashable, Sendable {
    public let name: String?
    public let local: String
    public let domain: String

    public var address: String { "\(local)@\(domain)" }

    public init(_ text: String) throws(InputFault) {
        var address = text[...]
        var name: String?
        if text.hasSuffix(">"), let open = text.lastIndex(of: "<") {
            let before = text[..<open]
            address = text[text.index(after: open)...].dropLast()
            let words = Self.unquoted(Self.trimmed(before))
            guard let line = LineText(exactly: words) else { throw Self.fault("has a name with control characters") }
            name = line.text.isEmpty ? nil : line.text
        }
        guard address.utf8.count <= 254, let at = address.lastIndex(of: "@") else {
            throw Self.fault("must look like somebody@example.com")
        }
        let local = address[..<at]
        guard (1...64).contains(local.utf8.count), !local.hasPrefix("."), !local.hasSuffix("."), !local.contains(".."),
            local.utf8.allSatisfy(Self.isLocalCharacter)
        else { throw Self.fault("has a part before the @ that is not plain letters, digits, dots and signs") }
        guard let domain = HostName(address[address.index(after: at)...]), !domain.endsInNumber else {
            throw Self.fault("has no host name behind the @")
        }
        self.name = name
        self.local = String(local)
        self.domain = domain.text
    }

    private static func fault(_ reason: String) -> InputFault {
        InputFault(at: "address", "the mail address \(reason)")
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " }
        guard let last = start.lastIndex(where: { $0 != " " }) else { return "" }
        return start[...last]
    }

    private static func unquoted(_ text: Substring) -> String {
        guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return String(text) }
        return String(text.dropFirst().dropLast())
    }

    /// The `atext` of RFC 5322 §3.2.3, and the dot.
    private static func isLocalCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: Array("!#$%&'*+-/=?^_`{|}~.".utf8).contains(byte)
        }
    }
}

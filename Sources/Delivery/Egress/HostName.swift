/// A host name of letters, digits and hyphens (RFC 1123 §2.1), in lower case, without a dot at its end.
struct HostName: Hashable, Sendable {
    let text: String

    init?(_ name: some StringProtocol) {
        // RFC 1035 §2.3.4: 255 octets on the wire are 253 characters.
        guard (1...253).contains(name.utf8.count) else { return nil }
        for label in Array(name.utf8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard (1...63).contains(label.count), label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-"),
                label.allSatisfy(Self.isLetterDigitHyphen)
            else { return nil }
        }
        self.text = name.lowercased()
    }

    /// Whether the last label is a decimal number, or a hexadecimal one with `0x` (WHATWG URL, "ends in a number").
    var endsInNumber: Bool {
        let last = text.split(separator: ".").last ?? ""
        if last.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return true }
        guard last.hasPrefix("0x") else { return false }
        return last.dropFirst(2).allSatisfy(\.isHexDigit)
    }

    private static func isLetterDigitHyphen(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"): true
        default: false
        }
    }
}

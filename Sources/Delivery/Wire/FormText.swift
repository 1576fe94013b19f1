/// `application/x-www-form-urlencoded`, as the URL standard of WHATWG writes and reads it (§5).
public enum FormText {
    public static func encode(_ fields: [(name: String, value: String)]) -> String {
        fields.map { percent($0.name, keeping: formKept) + "=" + percent($0.value, keeping: formKept) }
            .joined(separator: "&").replacingSpaces()
    }

    /// In the order of the text; names may repeat. nil: a byte sequence that is not UTF-8 or a broken escape, or more than
    /// `limit` fields.
    public static func decode(_ bytes: [UInt8], limit: Int = 256) -> [(name: String, value: String)]? {
        guard !bytes.isEmpty else { return [] }
        var fields: [(name: String, value: String)] = []
        for part in bytes.split(separator: UInt8(ascii: "&")) {
            guard fields.count < limit else { return nil }
            let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = text(halves[0]), let value = halves.count > 1 ? text(halves[1]) : "" else { return nil }
            fields.append((name, value))
        }
        return fields
    }

    /// One segment of a path or a value of a query: everything but RFC 3986's unreserved characters is escaped.
    public static func percentEncode(_ text: String) -> String { percent(text, keeping: Array("-._~".utf8)) }

    private static let formKept = Array("-._* ".utf8)

    private static func percent(_ text: String, keeping kept: [UInt8]) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: bytes.append(byte)
            default:
                if kept.contains(byte) {
                    bytes.append(byte)
                } else {
                    bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func text(_ part: ArraySlice<UInt8>) -> String? {
        var bytes: [UInt8] = []
        var rest = part.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(value), let low = rest.next().flatMap(value) else { return nil }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }
}

extension String {
    fileprivate func replacingSpaces() -> String { String(map { $0 == " " ? "+" : $0 }) }
}

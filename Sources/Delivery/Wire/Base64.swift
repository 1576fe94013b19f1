/// Base 64 with the standard alphabet and padding (RFC 4648 §4).
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var window: UInt32 = 0
        var held = 0
        for byte in bytes {
            window = window << 8 | UInt32(byte)
            held += 1
            guard held == 3 else { continue }
            append(window, digits: 4, to: &text)
            window = 0
            held = 0
        }
        if held > 0 {
            append(window << (8 * UInt32(3 - held)), digits: held + 1, to: &text)
            text.append(contentsOf: repeatElement(UInt8(ascii: "="), count: 3 - held))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes, or nil when the text is not exactly what `encode` would have written: a key has one spelling.
    static func decode(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 4 * 3)
        var window: UInt32 = 0
        var held = 0
        for digit in digits {
            if digit == UInt8(ascii: "=") { break }
            guard let value = value(of: digit) else { return nil }
            window = window << 6 | value
            held += 1
            guard held == 4 else { continue }
            bytes.append(contentsOf: [UInt8(truncatingIfNeeded: window >> 16), UInt8(truncatingIfNeeded: window >> 8)])
            bytes.append(UInt8(truncatingIfNeeded: window))
            window = 0
            held = 0
        }
        if held == 2 { bytes.append(UInt8(truncatingIfNeeded: window >> 4)) }
        if held == 3 {
            bytes.append(contentsOf: [UInt8(truncatingIfNeeded: window >> 10), UInt8(truncatingIfNeeded: window >> 2)])
        }
        // Catches padding in the wrong place and bits set below the last byte.
        return encode(bytes) == text ? bytes : nil
    }

    private static func append(_ window: UInt32, digits: Int, to text: inout [UInt8]) {
        for position in 0..<digits { text.append(alphabet[Int(window >> (18 - 6 * UInt32(position)) & 63)]) }
    }

    private static func value(of digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit) + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}

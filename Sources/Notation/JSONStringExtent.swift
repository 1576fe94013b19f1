/// Where a string lies in a JSON text, without its quotes. Made by the reader once the string is known to be sound, which
/// is why nothing here can fail.
struct JSONStringExtent {
    let start: Int
    let end: Int
    let isEscaped: Bool

    static let none = JSONStringExtent(start: 0, end: 0, isEscaped: false)

    func text(in bytes: UnsafeBufferPointer<UInt8>) -> String {
        let written = UnsafeBufferPointer(rebasing: bytes[start..<end])
        guard isEscaped else { return String(decoding: written, as: UTF8.self) }
        // No escape is shorter than what it stands for.
        return String(unsafeUninitializedCapacity: written.count) { Self.decode(written, into: $0) }
    }

    func equals(_ name: StaticString, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let name = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        // A name that needed no escapes and has some all the same is rare enough to be decoded for this.
        if isEscaped { return text(in: bytes).utf8.elementsEqual(name) }
        guard end - start == name.count else { return false }
        for index in 0..<name.count where bytes[start + index] != name[index] { return false }
        return true
    }

    /// Writes the text that is meant and answers how many bytes it has.
    private static func decode(
        _ written: UnsafeBufferPointer<UInt8>, into text: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var length = 0
        var index = 0
        func append(_ byte: UInt8) {
            text[length] = byte
            length += 1
        }
        while index < written.count {
            guard written[index] == UInt8(ascii: "\\") else {
                append(written[index])
                index += 1
                continue
            }
            let letter = written[index + 1]
            index += 2
            switch letter {
            case UInt8(ascii: "b"): append(0x08)
            case UInt8(ascii: "f"): append(0x0c)
            case UInt8(ascii: "n"): append(0x0a)
            case UInt8(ascii: "r"): append(0x0d)
            case UInt8(ascii: "t"): append(0x09)
            case UInt8(ascii: "u"):
                var value = codeUnit(written, at: index)
                index += 4
                if 0xd800...0xdbff ~= value {
                    value = 0x10000 + (value - 0xd800) << 10 + (codeUnit(written, at: index + 2) - 0xdc00)
                    index += 6
                }
                encode(value, append)
            default: append(letter)
            }
        }
        return length
    }

    private static func codeUnit(_ written: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt32 {
        var unit: UInt32 = 0
        for byte in written[index..<index + 4] { unit = unit << 4 | (hexDigit(byte) ?? 0) }
        return unit
    }

    static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }

    private static func encode(_ value: UInt32, _ append: (UInt8) -> Void) {
        switch value {
        case 0..<0x80: append(UInt8(value))
        case 0x80..<0x800:
            append(0xc0 | UInt8(value >> 6))
            append(0x80 | UInt8(value & 0x3f))
        case 0x800..<0x10000:
            append(0xe0 | UInt8(value >> 12))
            append(0x80 | UInt8(value >> 6 & 0x3f))
            append(0x80 | UInt8(value & 0x3f))
        default:
            append(0xf0 | UInt8(value >> 18))
            append(0x80 | UInt8(value >> 12 & 0x3f))
            append(0x80 | UInt8(value >> 6 & 0x3f))
            append(0x80 | UInt8(value & 0x3f))
        }
    }
}

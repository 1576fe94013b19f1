/// Turns the `?` of the shared SQL into PostgreSQL's `$1`, `$2`, … and leaves alone those in quotes and comments.
enum PlaceholderTranslation {
    private enum Place { case code, text, name, lineComment, blockComment }

    static func numbered(_ sql: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(sql.utf8.count + 16)
        var place = Place.code
        var count = 0
        var previous: UInt8 = 0
        for byte in sql.utf8 {
            if place == .code, byte == UInt8(ascii: "?") {
                count += 1
                bytes.append(UInt8(ascii: "$"))
                bytes.append(contentsOf: String(count).utf8)
            } else {
                bytes.append(byte)
            }
            let before = place
            place = next(place, byte, after: previous)
            // The star of "/*" must not also be the star of "*/".
            previous = before == place ? byte : 0
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A doubled quote inside quotes leaves them and enters them again, which comes to the same.
    private static func next(_ place: Place, _ byte: UInt8, after previous: UInt8) -> Place {
        switch (place, byte) {
        case (.code, UInt8(ascii: "'")): .text
        case (.code, UInt8(ascii: "\"")): .name
        case (.code, UInt8(ascii: "-")) where previous == byte: .lineComment
        case (.code, UInt8(ascii: "*")) where previous == UInt8(ascii: "/"): .blockComment
        case (.text, UInt8(ascii: "'")), (.name, UInt8(ascii: "\"")), (.lineComment, 0x0a): .code
        case (.blockComment, UInt8(ascii: "/")) where previous == UInt8(ascii: "*"): .code
        default: place
        }
    }
}

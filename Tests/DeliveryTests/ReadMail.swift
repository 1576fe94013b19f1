import Foundation

/// Reads a mail back: headers unfolded and decoded, parts decoded. Written against the RFCs and not against the writer.
struct ReadMail {
    struct Fault: Error {
        let reason: String
    }

    let headers: [(name: String, value: String)]
    /// The texts of the parts, line breaks as LF.
    let parts: [String]

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    init(_ mail: String) throws {
        let (head, body) = try Self.cut(mail)
        headers = try Self.readHeaders(head)
        let type = headers.first { $0.name == "Content-Type" }?.value ?? ""
        guard type.hasPrefix("multipart/alternative") else {
            parts = [Self.decode(body)]
            return
        }
        let boundary = type.components(separatedBy: "boundary=\"").last?.dropLast() ?? ""
        // RFC 2046 §5.1.1: a delimiter stands at the start of a line, and the line break before it belongs to it.
        let pieces = ("\r\n" + body).components(separatedBy: "\r\n--\(boundary)")
        guard pieces.count >= 3, pieces.last == "--\r\n" else { throw Fault(reason: "the last boundary is missing") }
        parts = try pieces.dropFirst().dropLast().map { piece in
            Self.decode(try Self.cut(String(piece.dropFirst(1))).body + "\r\n")
        }
    }

    private static func cut(_ text: String) throws -> (head: String, body: String) {
        guard let range = text.range(of: "\r\n\r\n") else { throw Fault(reason: "no empty line") }
        return (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
    }

    private static func readHeaders(_ head: String) throws -> [(name: String, value: String)] {
        try head.replacingOccurrences(of: "\r\n ", with: " ").components(separatedBy: "\r\n").map { line in
            guard let colon = line.range(of: ": ") else { throw Fault(reason: "not a header: \(line)") }
            return (String(line[..<colon.lowerBound]), words(String(line[colon.upperBound...])))
        }
    }

    /// RFC 2047: blanks between two encoded words are not part of the text.
    private static func words(_ value: String) -> String {
        guard value.hasPrefix("=?UTF-8?B?") else { return value }
        return value.components(separatedBy: " ").map { word in
            guard word.hasPrefix("=?UTF-8?B?"), word.hasSuffix("?="),
                let bytes = Data(base64Encoded: String(word.dropFirst(10).dropLast(2)))
            else { return word }
            return String(decoding: bytes, as: UTF8.self)
        }.joined()
    }

    private static func decode(_ text: String) -> String {
        var bytes: [UInt8] = []
        var source = Array(text.replacingOccurrences(of: "=\r\n", with: "").utf8)[...]
        while let byte = source.popFirst() {
            guard byte == UInt8(ascii: "="), source.count >= 2,
                let value = UInt8(String(decoding: source.prefix(2), as: UTF8.self), radix: 16)
            else {
                bytes.append(byte)
                continue
            }
            source = source.dropFirst(2)
            bytes.append(value)
        }
        return String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
    }
}

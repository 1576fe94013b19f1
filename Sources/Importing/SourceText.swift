/// A line of the written procedure, as it was meant. `number` counts from 1.
struct SourceLine: Hashable, Sendable {
    let number: Int
    let text: String
}

/// The written procedure as lines of text: decoded, repaired, and without what cannot be seen.
struct SourceText: Sendable {
    let lines: [SourceLine]
    let repairs: [ImportRepair]
    /// The first line that is not read, when the document is longer than the limits.
    let cutAt: Int?

    init(_ bytes: [UInt8]) {
        var lines: [SourceLine] = []
        var repairs: [ImportRepair] = []
        var cutAt: Int?
        var rest = bytes[...]
        if rest.starts(with: [0xef, 0xbb, 0xbf]) { rest = rest.dropFirst(3) }
        let isCut = rest.count > ImportLimits.bytes
        rest = rest.prefix(ImportLimits.bytes)
        while !rest.isEmpty {
            let end = rest.firstIndex { $0 == 0x0a || $0 == 0x0d } ?? rest.endIndex
            let number = lines.count + 1
            guard number <= ImportLimits.lines else {
                cutAt = number
                break
            }
            let (text, repair) = Self.line(rest[rest.startIndex..<end], number)
            lines.append(SourceLine(number: number, text: text))
            if let repair { repairs.append(repair) }
            guard end < rest.endIndex else { break }
            let isPair = rest[end] == 0x0d && end + 1 < rest.endIndex && rest[end + 1] == 0x0a
            rest = rest[(end + (isPair ? 2 : 1))...]
        }
        if isCut, cutAt == nil { cutAt = lines.count + 1 }
        self.lines = lines
        self.repairs = repairs
        self.cutAt = cutAt
    }

    private static func line(_ bytes: ArraySlice<UInt8>, _ number: Int) -> (String, ImportRepair?) {
        guard bytes.count <= ImportLimits.lineBytes else {
            let text = shown(String(decoding: bytes.prefix(ImportLimits.lineBytes), as: UTF8.self)).text
            return (text, ImportRepair(line: number, cause: .tooLong, text: text))
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            let text = shown(String(String.UnicodeScalarView(bytes.map(latin)))).text
            return (text, ImportRepair(line: number, cause: .notUTF8, text: text))
        }
        let repaired = Mojibake.repair(decoded)
        let (text, hadControls) = shown(repaired?.text ?? decoded)
        if let repaired {
            return (text, ImportRepair(line: number, cause: .misread(as: repaired.encoding.rawValue), text: text))
        }
        return (text, hadControls ? ImportRepair(line: number, cause: .controlCharacter, text: text) : nil)
    }

    /// Bytes that are not UTF-8 are most often cp1252.
    private static func latin(_ byte: UInt8) -> Unicode.Scalar {
        guard byte >= 0x80 else { return Unicode.Scalar(byte) }
        return windowsCharacters[Int(byte) - 0x80]
    }

    private static let windowsCharacters: [Unicode.Scalar] = (0x80...0xff).map { value in
        let byte = UInt8(value)
        let high = "€\u{fffd}‚ƒ„…†‡ˆ‰Š‹Œ\u{fffd}Ž\u{fffd}\u{fffd}‘’“”•–—˜™š›œ\u{fffd}žŸ".unicodeScalars
        return value < 0xa0 ? high[high.index(high.startIndex, offsetBy: value - 0x80)] : Unicode.Scalar(byte)
    }

    /// Tabs as spaces; without the characters that a playbook document may not hold, and without spaces at the end.
    private static func shown(_ text: String) -> (text: String, hadControls: Bool) {
        var shown = String.UnicodeScalarView()
        var hadControls = false
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09: shown.append(contentsOf: "    ".unicodeScalars)
            case 0x20...0x7e, 0xa1...0x2027, 0x202a...0xfefe, 0xff00...0xfffd, 0x10000...: shown.append(scalar)
            case 0xa0: shown.append(" ")
            default: hadControls = true
            }
        }
        while shown.last == " " { shown.removeLast() }
        return (String(shown), hadControls)
    }
}

/// How much of a written procedure is read. Whoever imports one is a colleague, and a file that is none has to be
/// told from one all the same.
public enum ImportLimits {
    /// Bytes of the file. The longest of the five procedures that the importer was made for has 20 kB.
    public static let bytes = 1_024 * 1_024
    /// Lines of the file; every one of them is told what became of it.
    public static let lines = 20_000
    /// Bytes of one line. Longer ones are data that somebody pasted.
    public static let lineBytes = 16 * 1_024
    /// Lists and quotes inside one another; reading recurses.
    public static let depth = 12
    /// Findings. The rest of the lines are left out in one of them.
    public static let findings = 5_000
    /// How often the draft is read, mended and read again.
    public static let mendings = 12
}

/// A line that was not what it had been meant to be, and was mended.
public struct ImportRepair: Hashable, Sendable {
    public let line: Int
    public let cause: Cause
    /// The line as it is read now.
    public let text: String

    public init(line: Int, cause: Cause, text: String) {
        self.line = line
        self.cause = cause
        self.text = text
    }

    public enum Cause: Hashable, Sendable {
        /// UTF-8 that had been read as that encoding.
        case misread(as: String)
        /// Bytes that are not UTF-8; they are read as cp1252.
        case notUTF8
        /// Characters that cannot be seen; they are deleted.
        case controlCharacter
        /// The rest of the line is cut off.
        case tooLong
    }
}

extension ImportRepair: CustomStringConvertible {
    public var description: String {
        switch cause {
        case .misread(let encoding): "line \(line): UTF-8 that had been read as \(encoding), now: \(text)"
        case .notUTF8: "line \(line): not UTF-8, read as cp1252: \(text)"
        case .controlCharacter: "line \(line): a control character was deleted: \(text)"
        case .tooLong: "line \(line): longer than \(ImportLimits.lineBytes) bytes, the rest is cut off"
        }
    }
}

/// A growing piece of HTML that is well-formed and escaped by construction.
///
/// Markup comes from `StaticString`s in this program's source, never from data; everything that is data goes through
/// `text`, or through an `HTMLAttribute`, and is escaped there. There is no way to write a script, a style or an event
/// handler from data (S29). Writing appends to one buffer: a page of fifty rows takes tens of microseconds.
public struct HTML: Sendable, Hashable {
    /// The UTF-8 text so far.
    public private(set) var bytes: [UInt8] = []
    /// The drawings that were referred to, so that a page carries no others.
    var icons: Set<Icon> = []

    public init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// Writes `<name attributes>`, what `content` writes, and `</name>`.
    public mutating func element(
        _ name: StaticString, _ attributes: HTMLAttribute..., content: (inout HTML) -> Void
    ) {
        open(name, attributes)
        content(&self)
        close(name)
    }

    /// Writes an element that holds nothing but text.
    public mutating func element(_ name: StaticString, _ attributes: HTMLAttribute..., text: String) {
        open(name, attributes)
        self.text(text)
        close(name)
    }

    /// Writes an element that has no end tag: `input`, `br`, `link`, `meta`.
    public mutating func void(_ name: StaticString, _ attributes: HTMLAttribute...) {
        open(name, attributes)
    }

    /// Writes text, escaped.
    public mutating func text(_ string: String) {
        append(escaping: string)
    }

    public mutating func text(_ number: Int) {
        append(verbatim: String(number))
    }

    /// Writes markup or text that stands in this program's source as it is.
    public mutating func raw(_ markup: StaticString) {
        append(markup)
    }

    /// Appends a piece that was written elsewhere.
    public mutating func append(_ piece: HTML) {
        bytes.append(contentsOf: piece.bytes)
        icons.formUnion(piece.icons)
    }

    private mutating func open(_ name: StaticString, _ attributes: [HTMLAttribute]) {
        bytes.append(UInt8(ascii: "<"))
        append(name)
        for attribute in attributes { append(attribute) }
        bytes.append(UInt8(ascii: ">"))
    }

    private mutating func close(_ name: StaticString) {
        bytes.append(UInt8(ascii: "<"))
        bytes.append(UInt8(ascii: "/"))
        append(name)
        bytes.append(UInt8(ascii: ">"))
    }

    private mutating func append(_ attribute: HTMLAttribute) {
        switch attribute.value {
        case .absent:
            return
        case .flag:
            append(attributeName: attribute.name)
        case .fixed(let value):
            append(attributeName: attribute.name)
            append("=\"")
            append(value)
            append("\"")
        case .text(let value):
            append(attributeName: attribute.name)
            append("=\"")
            append(escaping: value)
            append("\"")
        case .number(let value):
            append(attributeName: attribute.name)
            append("=\"")
            append(verbatim: String(value))
            append("\"")
        }
    }

    private mutating func append(attributeName name: StaticString) {
        bytes.append(UInt8(ascii: " "))
        append(name)
    }

    private mutating func append(_ markup: StaticString) {
        precondition(markup.hasPointerRepresentation, "markup is written as a string, not as one Unicode scalar")
        bytes.append(contentsOf: UnsafeBufferPointer(start: markup.utf8Start, count: markup.utf8CodeUnitCount))
    }

    private mutating func append(verbatim string: String) {
        bytes.append(contentsOf: string.utf8)
    }

    /// Copies runs that need no escape at once. The five characters that mean something in text or in a quoted
    /// attribute become references; control characters that no HTML text may hold become U+FFFD, so that what a
    /// source sent is visibly odd rather than invisibly different.
    private mutating func append(escaping string: String) {
        var string = string
        string.withUTF8 { text in
            var start = 0
            var index = 0
            while index < text.count {
                let reference: StaticString
                switch text[index] {
                case UInt8(ascii: "&"): reference = "&amp;"
                case UInt8(ascii: "<"): reference = "&lt;"
                case UInt8(ascii: ">"): reference = "&gt;"
                case UInt8(ascii: "\""): reference = "&quot;"
                case UInt8(ascii: "'"): reference = "&#39;"
                case 0x00...0x08, 0x0B...0x0C, 0x0E...0x1F, 0x7F: reference = "&#xFFFD;"
                default:
                    index += 1
                    continue
                }
                bytes.append(contentsOf: text[start..<index])
                append(reference)
                index += 1
                start = index
            }
            bytes.append(contentsOf: text[start...])
        }
    }
}

/// Reads what the pages write, strictly: anything that this writer would not produce is an error, and so is whatever a
/// browser would have to guess at.
struct PagesMarkup {
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    struct Element {
        var name: String
        var attributes: [String: String]
        /// Decoded text of the element and everything in it.
        var text = ""
        /// Names of the elements around it, outermost first.
        var path: [String]

        func has(_ attribute: String) -> Bool { attributes[attribute] != nil }
        subscript(_ attribute: String) -> String { attributes[attribute] ?? "" }
    }

    /// In the order of their start tags.
    private(set) var elements: [Element] = []

    private static let childless: Set<String> = ["meta", "link", "input", "br"]
    private static let references = [
        "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#39;": "'", "&#xFFFD;": "\u{FFFD}",
    ]

    private let bytes: [UInt8]
    private var index = 0
    /// The elements that are open, outermost first, with the text read inside of each so far.
    private var open: [(element: Int, text: [UInt8])] = []

    init(_ bytes: [UInt8]) throws(Fault) {
        self.bytes = bytes
        guard String(validating: bytes, as: UTF8.self) != nil else { throw Fault(description: "not UTF-8") }
        if bytes.starts(with: "<!doctype html>".utf8) { index = 15 }
        while let next {
            if next == UInt8(ascii: "<") { try readTag() } else { try readText() }
        }
        guard open.isEmpty else { throw Fault(description: "left open: \(open.map { elements[$0.element].name })") }
    }

    func all(_ names: String...) -> [Element] { elements.filter { names.contains($0.name) } }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    /// What follows, for a message.
    private var ahead: String { String(decoding: bytes[index...].prefix(30), as: UTF8.self) }

    private func end(at byte: Character) -> Int? {
        let byte = byte.asciiValue
        return bytes[index...].firstIndex { $0 == byte }
    }

    private mutating func readText() throws(Fault) {
        let end = end(at: "<") ?? bytes.count
        let text = try decode(bytes[index..<end])
        if !open.isEmpty { open[open.count - 1].text += text }
        index = end
    }

    private func decode(_ raw: ArraySlice<UInt8>) throws(Fault) -> [UInt8] {
        guard raw.contains(UInt8(ascii: "&")) else { return Array(raw) }
        var decoded: [UInt8] = []
        var rest = raw
        while let ampersand = rest.firstIndex(of: UInt8(ascii: "&")) {
            decoded += rest[..<ampersand]
            rest = rest[ampersand...]
            guard let reference = PagesMarkup.references.first(where: { rest.starts(with: $0.key.utf8) }) else {
                throw Fault(description: "a bare ampersand: \(String(decoding: rest.prefix(30), as: UTF8.self))")
            }
            decoded += reference.value.utf8
            rest = rest.dropFirst(reference.key.utf8.count)
        }
        return decoded + rest
    }

    private mutating func readTag() throws(Fault) {
        index += 1
        if next == UInt8(ascii: "/") { return try readEnd() }
        let name = word()
        guard !name.isEmpty else { throw Fault(description: "a bare < before \(ahead)") }
        var attributes: [String: String] = [:]
        while next == UInt8(ascii: " ") {
            index += 1
            let attribute = word()
            guard !attribute.isEmpty, attributes[attribute] == nil else {
                throw Fault(description: "attribute \"\(attribute)\" of <\(name)>, before \(ahead)")
            }
            attributes[attribute] = try value()
        }
        var isEmpty = PagesMarkup.childless.contains(name)
        if next == UInt8(ascii: "/") {
            index += 1
            isEmpty = true
        }
        guard next == UInt8(ascii: ">") else { throw Fault(description: "<\(name)> goes on with \(ahead)") }
        index += 1
        elements.append(Element(name: name, attributes: attributes, path: open.map { elements[$0.element].name }))
        if !isEmpty { open.append((elements.count - 1, [])) }
    }

    private mutating func readEnd() throws(Fault) {
        index += 1
        let name = word()
        guard next == UInt8(ascii: ">") else { throw Fault(description: "</\(name) is not closed") }
        index += 1
        guard let (element, text) = open.popLast(), elements[element].name == name else {
            throw Fault(description: "</\(name)> closes nothing that is open")
        }
        elements[element].text = String(decoding: text, as: UTF8.self)
        if !open.isEmpty { open[open.count - 1].text += text }
    }

    private mutating func value() throws(Fault) -> String {
        guard next == UInt8(ascii: "=") else { return "" }
        index += 1
        guard next == UInt8(ascii: "\"") else { throw Fault(description: "an attribute without quotes") }
        index += 1
        guard let end = end(at: "\"") else { throw Fault(description: "an open quote") }
        let raw = bytes[index..<end]
        guard !raw.contains(UInt8(ascii: "<")) else { throw Fault(description: "a bare < in an attribute") }
        index = end + 1
        return String(decoding: try decode(raw), as: UTF8.self)
    }

    private mutating func word() -> String {
        let start = index
        while let next {
            switch next {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                index += 1
                continue
            default:
                break
            }
            break
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }
}

/// A link from data to somewhere outside Tocsin. Only http, https and mailto are links; anything else, `javascript:`
/// above all, is shown as text and cannot be followed (S29).
public struct OutwardLink: Sendable, Hashable {
    public let text: String

    /// Longer links work in no browser's address bar; they are shown as text.
    public static let longest = 2_048

    /// Nil if it is not an absolute http, https or mailto address, or holds a character that no URL may hold:
    /// browsers drop tabs and line feeds before they look at the scheme, so such an address is not what it seems.
    public init?(_ text: String) {
        guard text.utf8.count <= OutwardLink.longest else { return nil }
        for byte in text.utf8 where byte <= 0x20 || byte == 0x7F || byte == UInt8(ascii: "\\") { return nil }
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let rest = text.utf8[text.utf8.index(after: colon)...]
        switch text[..<colon].lowercased() {
        case "http", "https":
            guard rest.starts(with: "//".utf8) else { return nil }
            guard let first = rest.dropFirst(2).first, first != UInt8(ascii: "/") else { return nil }
        case "mailto":
            guard rest.contains(UInt8(ascii: "@")) else { return nil }
        default:
            return nil
        }
        self.text = text
    }
}

extension HTML {
    /// Writes data that may be a link: as a link if it is safe to follow, as text otherwise.
    public mutating func outward(_ address: String, text: String? = nil) {
        guard let link = OutwardLink(address) else {
            element("code", text: address)
            return
        }
        element("a", .href(link), .rel("noopener noreferrer nofollow"), text: text ?? address)
    }
}

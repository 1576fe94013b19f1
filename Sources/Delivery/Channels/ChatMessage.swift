/// The parts of a message that a chat shows, on lines without control characters and with links that can be followed. What
/// they look like is `ChatDialect`'s.
struct ChatMessage {
    /// Beside the one that acknowledges: a card of Teams shows six buttons. Further ones stand in the text.
    static let mostLinks = 5
    /// The label of a button in Slack holds as many characters, and is the shortest.
    static let longestLabel = 75
    /// Bytes, as of any address that Tocsin takes. A longer one stands in the text.
    static let longestAddress = EgressURL.longest

    /// One line, never empty.
    let subject: String
    /// Lines with `\n` between them and none at the ends; may be empty.
    let text: String
    /// Where the page can be taken; nil: it is no page, or nobody can take it.
    let acknowledge: OutgoingMessage.Link?
    /// The others. The first is where all of the message stands.
    let links: [OutgoingMessage.Link]

    init(_ message: OutgoingMessage) {
        let subject = LineText(flattening: message.subject, limit: .max).text
        self.subject = subject.allSatisfy(\.isWhitespace) ? "Tocsin" : subject
        var lines = message.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map { LineText(flattening: String($0), limit: .max).text }
        while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
        lines = Array(lines.drop { $0.allSatisfy(\.isWhitespace) })

        let taking = message.purpose == .page ? message.acknowledgement?.link : nil
        var acknowledge: OutgoingMessage.Link?
        if let taking {
            let link = OutgoingMessage.Link(label: "Acknowledge", address: taking)
            if Self.isAddress(taking) { acknowledge = link } else { lines.append(Self.line(link)) }
        }
        self.acknowledge = acknowledge
        var links: [OutgoingMessage.Link] = []
        for link in message.links where link.address != taking {
            if links.count < Self.mostLinks, Self.isAddress(link.address) {
                let label = LineText(flattening: link.label, limit: Self.longestLabel).text
                links.append(.init(label: label.isEmpty ? "Open" : label, address: link.address))
            } else {
                lines.append(Self.line(link))
            }
        }
        self.links = links
        text = lines.joined(separator: "\n")
    }

    /// The link that acknowledges, and the others.
    var allLinks: [OutgoingMessage.Link] { (acknowledge.map { [$0] } ?? []) + links }

    private static func line(_ link: OutgoingMessage.Link) -> String {
        LineText(flattening: "\(link.label): \(link.address)", limit: .max).text
    }

    /// Whether the address can stand inside of markup and a far end will take it. One that it does not take would have the
    /// whole message refused.
    private static func isAddress(_ text: String) -> Bool {
        guard text.hasPrefix("https://") || text.hasPrefix("http://"), text.utf8.count <= longestAddress else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x21...0x7e: !"\"<>\\^`{|}".utf8.contains(byte)
            default: false
            }
        }
    }
}

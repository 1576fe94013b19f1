import Notation

/// Under which address people reach this server: `https://tocsin.example.com`. It decides which origin is our own and
/// whether cookies may travel without TLS.
public struct PublicAddress: Hashable, Sendable {
    public let isSecure: Bool
    /// Host and, when it is not the scheme's own, port; small letters.
    public let authority: String

    public init(isSecure: Bool, authority: String) {
        self.isSecure = isSecure
        self.authority = authority.lowercased()
    }

    /// Reads `http://host[:port]` or `https://host[:port]`, with nothing but a `/` behind.
    public init(parsing text: String) throws(InputFault) {
        let lowered = text.lowercased()
        let isSecure = lowered.hasPrefix("https://")
        guard isSecure || lowered.hasPrefix("http://") else {
            throw InputFault(at: "public-url", "the public URL starts with https:// or http://")
        }
        var rest = lowered.dropFirst(isSecure ? 8 : 7)
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        let allowed = rest.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"): true
            default: false
            }
        }
        guard !rest.isEmpty, rest.utf8.count <= 260, allowed else {
            throw InputFault(
                at: "public-url", "the public URL is a scheme, a host and perhaps a port, and nothing else")
        }
        let standardPort = isSecure ? ":443" : ":80"
        if rest.hasSuffix(standardPort) { rest = rest.dropLast(standardPort.count) }
        self.init(isSecure: isSecure, authority: String(rest))
    }

    /// As browsers write it in the Origin header (RFC 6454 §6.2), and as links in mails begin.
    public var origin: String { (isSecure ? "https://" : "http://") + authority }
}

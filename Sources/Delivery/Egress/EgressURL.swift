import Notation

/// A web address that can be read in one way only. Whatever two parsers are known to disagree about is refused here, and
/// the client is given `text`, which is written from the parts and never the text that came in (S40).
public struct EgressURL: Hashable, Sendable, CustomStringConvertible {
    public enum Scheme: String, Hashable, Sendable {
        case http, https
    }

    public enum Host: Hashable, Sendable, CustomStringConvertible {
        /// Lower case, ASCII, no dot at the end. A name beyond ASCII is written in its `xn--` form.
        case name(String)
        case address(IPAddress)

        public var description: String {
            switch self {
            case .name(let name): name
            case .address(let address): address.isV6 ? "[\(address)]" : "\(address)"
            }
        }
    }

    /// Longer addresses are refused by common servers and proxies, too.
    public static let longest = 2_048

    public let scheme: Scheme
    public let host: Host
    public let port: Int
    /// Path and query as they are sent; starts with a slash.
    public let target: String

    public var text: String {
        let usual = scheme == .https ? 443 : 80
        return "\(scheme.rawValue)://\(host)\(port == usual ? "" : ":\(port)")\(target)"
    }

    /// Without path and query, which often hold a key.
    public var description: String { "\(scheme.rawValue)://\(host):\(port)" }

    public init(_ text: String) throws(InputFault) {
        guard text.utf8.count <= Self.longest else { throw Self.fault("is longer than \(Self.longest) bytes") }
        for byte in text.utf8 { try Self.checkCharacter(byte) }
        guard let colon = text.firstIndex(of: ":"), let scheme = Scheme(rawValue: text[..<colon].lowercased()) else {
            throw Self.fault("must start with https:// or http://")
        }
        let rest = text[text.index(after: colon)...]
        guard rest.hasPrefix("//") else { throw Self.fault("must have exactly two slashes behind the scheme") }
        let afterSlashes = rest.dropFirst(2)
        guard !afterSlashes.hasPrefix("/") else { throw Self.fault("must have exactly two slashes behind the scheme") }
        let end = afterSlashes.firstIndex { $0 == "/" || $0 == "?" } ?? afterSlashes.endIndex
        let authority = afterSlashes[..<end]
        guard !authority.contains("@") else { throw Self.fault("must not hold a user name or a password") }
        guard !authority.contains("%") else { throw Self.fault("must not hold percent signs in its host") }

        let (host, port) = try Self.split(authority)
        self.scheme = scheme
        self.host = try Self.readHost(host)
        self.port = try port.map { text throws(InputFault) in try Self.readPort(text) } ?? (scheme == .https ? 443 : 80)
        let target = afterSlashes[end...]
        try Self.checkTarget(target)
        self.target = target.hasPrefix("/") ? String(target) : "/" + target
    }

    // MARK: Leaves

    private static func fault(_ reason: String) -> InputFault { InputFault(at: "url", "the address \(reason)") }

    private static func checkCharacter(_ byte: UInt8) throws(InputFault) {
        switch byte {
        case 0x00...0x20, 0x7f:
            throw fault("must not hold blanks or control characters")
        case 0x80...:
            throw fault("must be ASCII: write the host in its xn-- form and percent-encode the rest")
        case UInt8(ascii: "\\"):
            throw fault("must not hold backslashes")
        case UInt8(ascii: "#"):
            throw fault("must not hold a fragment: it would never be sent")
        case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "^"), UInt8(ascii: "`"),
            UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
            throw fault("holds a character that must be percent-encoded")
        default:
            return
        }
    }

    private static func split(_ authority: Substring) throws(InputFault) -> (host: Substring, port: Substring?) {
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { throw fault("has a bracket that is not closed") }
            let after = authority[authority.index(after: close)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw fault("has something between host and port") }
            return (authority[...close], after.isEmpty ? nil : after.dropFirst())
        }
        guard let colon = authority.firstIndex(of: ":") else { return (authority, nil) }
        return (authority[..<colon], authority[authority.index(after: colon)...])
    }

    private static func readPort(_ text: Substring) throws(InputFault) -> Int {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            !text.hasPrefix("0"), let port = Int(text), port <= 65_535
        else { throw fault("needs a port from 1 to 65535") }
        return port
    }

    private static func readHost(_ text: Substring) throws(InputFault) -> Host {
        guard !text.isEmpty else { throw fault("has no host") }
        if text.hasPrefix("[") {
            let inside = text.dropFirst().dropLast()
            guard inside.contains(":"), let address = IPAddress(inside) else {
                throw fault("has no readable IPv6 address between its brackets")
            }
            return .address(address)
        }
        guard let name = HostName(text) else {
            throw fault("has a host that is not made of letters, digits, hyphens and single dots")
        }
        // A host whose last label is a number is read as an IPv4 address by everyone, in one of many ways: as octal, as
        // hexadecimal, with parts left out. Four plain decimal parts are the one spelling without two readings.
        if name.endsInNumber {
            guard let address = IPAddress(name.text) else {
                throw fault("has a host that looks like an IPv4 address but is not four decimal numbers")
            }
            return .address(address)
        }
        return .name(name.text)
    }

    /// A dot segment is resolved by some clients and sent by others; an encoded control character is read as a line
    /// break by some servers.
    private static func checkTarget(_ target: Substring) throws(InputFault) {
        var decoded: [UInt8] = []
        var bytes = target.utf8.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = bytes.next().flatMap(hexValue), let low = bytes.next().flatMap(hexValue) else {
                throw fault("has a percent sign without two hexadecimal digits")
            }
            let value = high << 4 | low
            guard value >= 0x20, value != 0x7f else { throw fault("must not hold encoded control characters") }
            // An encoded slash or question mark is data: it must not end a segment below.
            decoded.append(value == UInt8(ascii: "/") || value == UInt8(ascii: "?") ? UInt8(ascii: "_") : value)
        }
        let path = decoded.prefix { $0 != UInt8(ascii: "?") }
        for segment in path.split(separator: UInt8(ascii: "/")) where segment.count <= 2 {
            guard segment.contains(where: { $0 != UInt8(ascii: ".") }) else {
                throw fault("must not hold the path segments . and ..")
            }
        }
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}

/// Which addresses are on the public internet. Everything else is somebody's inside: a web address that a user typed must
/// not lead there (S40).
enum AddressSpace {
    private struct Block {
        let network: CIDR
        let name: String

        init(_ network: StaticString, _ name: String) {
            self.network = CIDR(known: network)
            self.name = name
        }
    }

    /// From the IANA special-purpose registry of IPv4 (RFC 6890), and one address that a cloud answers on from inside.
    private static let innerV4: [Block] = [
        Block("0.0.0.0/8", "this host"), Block("10.0.0.0/8", "a private network"),
        Block("100.64.0.0/10", "a carrier's inner network"), Block("127.0.0.0/8", "this host"),
        Block("169.254.0.0/16", "a link-local network"), Block("172.16.0.0/12", "a private network"),
        Block("192.0.0.0/24", "reserved"), Block("192.0.2.0/24", "reserved for documents"),
        Block("192.88.99.0/24", "a 6to4 relay"), Block("192.168.0.0/16", "a private network"),
        Block("198.18.0.0/15", "reserved for measurements"), Block("198.51.100.0/24", "reserved for documents"),
        Block("203.0.113.0/24", "reserved for documents"), Block("224.0.0.0/4", "multicast"),
        Block("240.0.0.0/4", "reserved"), Block("168.63.129.16/32", "a cloud's inner service"),
    ]

    /// Of IPv6 only 2000::/3 is handed out (RFC 4291 §2.4); these parts of it are not the internet.
    private static let innerV6: [Block] = [
        Block("2001::/23", "a protocol's own range (Teredo among them)"),
        Block("2001:db8::/32", "reserved for documents"),
        Block("2002::/16", "a 6to4 tunnel"), Block("3fff::/20", "reserved for documents"),
    ]

    private static let handedOut = CIDR(known: "2000::/3")
    /// Translation to IPv4 (RFC 6052 §2.1): the last 32 bits say where a packet really goes.
    private static let translated = CIDR(known: "64:ff9b::/96")

    /// Addresses on which clouds hand out credentials to whoever asks from inside.
    private static let metadata: [CIDR] = [
        CIDR(known: "169.254.169.254/32"), CIDR(known: "169.254.170.2/32"), CIDR(known: "100.100.100.200/32"),
        CIDR(known: "168.63.129.16/32"), CIDR(known: "192.0.0.192/32"), CIDR(known: "fd00:ec2::254/128"),
        CIDR(known: "fd20:ce::254/128"),
    ]

    static func isMetadata(_ address: IPAddress) -> Bool { metadata.contains { $0.contains(address) } }

    /// What is inner about the address; nil when it is on the public internet.
    static func innerPlace(of address: IPAddress) -> String? {
        switch address {
        case .v4:
            return innerV4.first { $0.network.contains(address) }?.name
        case .v6(let bits):
            if translated.contains(address) {
                return innerPlace(of: .v4(UInt32(truncatingIfNeeded: bits))).map { "\($0), by translation to IPv4" }
            }
            guard handedOut.contains(address) else { return "outside the public part of IPv6" }
            if let block = innerV6.first(where: { $0.network.contains(address) }) { return block.name }
            // ISATAP (RFC 5214 §6.1) puts an IPv4 address behind 0000:5efe or 0200:5efe.
            let marker = UInt32(truncatingIfNeeded: bits >> 32)
            if marker == 0x0000_5efe || marker == 0x0200_5efe {
                return innerPlace(of: .v4(UInt32(truncatingIfNeeded: bits))).map { "\($0), by an ISATAP tunnel" }
            }
            return nil
        }
    }

    /// Never a server, not even one that an operator names: it means "any" or "all".
    static func isNobody(_ address: IPAddress) -> Bool {
        switch address {
        case .v4(let bits): bits == 0 || bits >> 28 == 0xe || bits == .max
        case .v6(let bits): bits == 0 || bits >> 120 == 0xff
        }
    }
}

import NIOCore
import Notation

/// Whose network address a request comes from. `X-Forwarded-For` counts only when the connection itself comes from a proxy
/// that the operator named, and is read from the right: what stands further left was written by whoever sent it (S44).
public struct ClientAddress: Sendable {
    /// A range of addresses: `10.0.0.0/8`, `fd00::/8`, or one address.
    public struct Range: Hashable, Sendable {
        private let bytes: [UInt8]
        private let bits: Int

        public init(parsing text: String) throws(InputFault) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard (1...2).contains(parts.count), let bytes = ClientAddress.bytes(of: String(parts[0])) else {
                throw InputFault(at: "trusted-proxies", "\"\(text)\" is not a network address or range")
            }
            let most = bytes.count * 8
            guard parts.count == 1 || parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let bits = parts.count == 1 ? most : Int(parts[1]), (0...most).contains(bits)
            else {
                throw InputFault(at: "trusted-proxies", "\"\(text)\" does not end with a number from 0 to \(most)")
            }
            self.bytes = bytes
            self.bits = bits
        }

        func contains(_ other: [UInt8]) -> Bool {
            guard other.count == bytes.count else { return false }
            for bit in 0..<bits where (bytes[bit / 8] ^ other[bit / 8]) & (0x80 >> UInt8(bit % 8)) != 0 { return false }
            return true
        }
    }

    /// Chains of proxies are short; a longer header was made up.
    static let mostHops = 16

    private let proxies: [Range]

    public init(trusting proxies: [Range] = []) {
        self.proxies = proxies
    }

    /// `peer` is the connection's own address; `forwarded` the values of X-Forwarded-For in order.
    public func client(peer: String, forwarded: [String]) -> String {
        guard isProxy(peer) else { return peer }
        let hops = forwarded.joined(separator: ",").split(separator: ",").map { hop in
            String(hop.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        guard hops.count <= Self.mostHops else { return peer }
        // The nearest address that is not one of our proxies. An unreadable one ends the search: it is nobody's.
        var nearest = peer
        for hop in hops.reversed() {
            guard Self.bytes(of: hop) != nil else { return nearest }
            nearest = hop
            if !isProxy(hop) { return hop }
        }
        return nearest
    }

    private func isProxy(_ address: String) -> Bool {
        guard let bytes = Self.bytes(of: address) else { return false }
        return proxies.contains { $0.contains(bytes) }
    }

    /// Network order. An IPv4 address inside IPv6 (`::ffff:10.0.0.1`) is taken as the IPv4 address that it is.
    private static func bytes(of address: String) -> [UInt8]? {
        // An address that cannot be read belongs to no proxy, which is all that the error would say.
        guard address.utf8.count <= 64, let socket = try? SocketAddress(ipAddress: address, port: 0) else { return nil }
        switch socket {
        case .v4(let address): return withUnsafeBytes(of: address.address.sin_addr) { Array($0) }
        case .v6(let address):
            let bytes = withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
            let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
            return isMapped ? Array(bytes[12...]) : bytes
        case .unixDomainSocket: return nil
        }
    }
}

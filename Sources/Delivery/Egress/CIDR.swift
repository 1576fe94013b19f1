import Notation

/// A block of addresses: `10.0.0.0/8`, `fd00::/8`; a bare address is a block of one (RFC 4632, RFC 4291 §2.3).
public struct CIDR: Hashable, Sendable, CustomStringConvertible {
    public let first: IPAddress
    public let prefix: Int

    /// Refuses a block whose address has bits set behind the prefix: what was meant is then not certain.
    public init(_ text: String) throws(InputFault) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ IPAddress($0) }) else {
            throw InputFault(at: "network", "\"\(text)\" is not a network such as 10.0.0.0/8")
        }
        let width = address.isV6 ? 128 : 32
        var prefix = width
        if parts.count == 2 {
            let digits = parts[1].utf8
            guard (1...3).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(parts[1]), number <= width
            else {
                throw InputFault(at: "network", "\"\(text)\" needs a prefix length from 0 to \(width)")
            }
            prefix = number
        }
        self.init(first: address, prefix: prefix)
        guard first == address else {
            throw InputFault(at: "network", "\"\(text)\" starts inside a block: \(self) is the whole one")
        }
    }

    private init(first: IPAddress, prefix: Int) {
        self.first = Self.masked(first, prefix)
        self.prefix = prefix
    }

    /// A block that is written in the program itself. An unreadable one is a programmer's error.
    init(known text: StaticString) {
        let parts = "\(text)".split(separator: "/")
        guard parts.count == 2, let address = IPAddress(parts[0]), let prefix = Int(parts[1]) else {
            preconditionFailure("a built-in network must be readable: \(text)")
        }
        self.init(first: address, prefix: prefix)
    }

    public func contains(_ address: IPAddress) -> Bool {
        switch (first, address) {
        case (.v4, .v4), (.v6, .v6): Self.masked(address, prefix) == first
        case (.v4, .v6), (.v6, .v4): false
        }
    }

    /// Whether the block is one address, which is how an address is named on purpose.
    var isSingle: Bool { prefix == (first.isV6 ? 128 : 32) }

    public var description: String { "\(first)/\(prefix)" }

    private static func masked(_ address: IPAddress, _ prefix: Int) -> IPAddress {
        switch address {
        case .v4(let bits): .v4(prefix == 0 ? 0 : bits & (UInt32.max << (32 - UInt32(prefix))))
        case .v6(let bits): .v6(prefix == 0 ? 0 : bits & (UInt128.max << (128 - UInt128(prefix))))
        }
    }
}

import NIOCore

/// An internet address. An IPv4 address written inside IPv6 (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) is that IPv4 address:
/// the kernel connects to the same machine, so both spellings must meet the same rules.
public enum IPAddress: Hashable, Sendable, CustomStringConvertible {
    case v4(UInt32)
    case v6(UInt128)

    /// Reads four decimal parts without leading zeros, or the forms of RFC 4291 §2.2. A zone (`%eth0`), an octal, a
    /// hexadecimal and a shortened form are not addresses here, whatever a system's own reader makes of them.
    public init?(_ text: some StringProtocol) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let bits = Self.readV6(text) else { return nil }
            self = .canonical(bits)
        } else {
            guard let bits = Self.readV4(text) else { return nil }
            self = .v4(bits)
        }
    }

    public init?(_ address: SocketAddress) {
        // NIO prints what the kernel holds, without zone.
        guard let text = address.ipAddress else { return nil }
        self.init(text)
    }

    static func canonical(_ bits: UInt128) -> IPAddress {
        bits >> 32 == 0xffff ? .v4(UInt32(truncatingIfNeeded: bits)) : .v6(bits)
    }

    public var description: String {
        switch self {
        case .v4(let bits): Self.quad(bits)
        case .v6(let bits): Self.writeV6(bits)
        }
    }

    var isV6: Bool {
        if case .v6 = self { return true }
        return false
    }

    private static func quad(_ bits: UInt32) -> String {
        "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
    }

    private static func readV4(_ text: some StringProtocol) -> UInt32? {
        let parts = Array(text.utf8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
            var value: UInt32 = 0
            for digit in part {
                guard (0x30...0x39).contains(digit) else { return nil }
                value = value * 10 + UInt32(digit - 0x30)
            }
            guard value <= 255 else { return nil }
            bits = bits << 8 | value
        }
        return bits
    }

    private static func readV6(_ text: some StringProtocol) -> UInt128? {
        let groups = String(text).split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        // The longest form is eight groups, or nine pieces when "::" stands at one end.
        guard (3...9).contains(groups.count) else { return nil }
        var head: [UInt16] = []
        var tail: [UInt16] = []
        var gap = false
        for (index, group) in groups.enumerated() {
            if group.isEmpty {
                // An empty piece is the inside of "::", or one of the two pieces before or after a "::" at an end.
                if index == 0 {
                    guard groups[1].isEmpty else { return nil }
                } else if index == groups.count - 1 {
                    guard groups[index - 1].isEmpty else { return nil }
                } else {
                    guard !gap else { return nil }
                    gap = true
                }
                continue
            }
            var words: [UInt16] = []
            if index == groups.count - 1, group.utf8.contains(UInt8(ascii: ".")) {
                guard let bits = readV4(group) else { return nil }
                words = [UInt16(bits >> 16), UInt16(bits & 0xffff)]
            } else {
                guard group.utf8.count <= 4, group.utf8.allSatisfy(isHexDigit), let word = UInt16(group, radix: 16)
                else {
                    return nil
                }
                words = [word]
            }
            if gap { tail += words } else { head += words }
        }
        let written = head.count + tail.count
        guard gap ? written <= 7 : written == 8 else { return nil }
        let all = head + Array(repeating: 0, count: 8 - written) + tail
        return all.reduce(0) { $0 << 16 | UInt128($1) }
    }

    /// The recommended form of RFC 5952: lower case, the longest run of two or more zero groups shortened, the first
    /// one if there are several.
    private static func writeV6(_ bits: UInt128) -> String {
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> (112 - 16 * $0)) }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(best.count, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        let hex: (ArraySlice<UInt16>) -> String = { $0.map { String($0, radix: 16) }.joined(separator: ":") }
        if best.isEmpty { return hex(groups[...]) }
        return hex(groups[..<best.lowerBound]) + "::" + hex(groups[best.upperBound...])
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }
}

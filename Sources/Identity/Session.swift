import Chronology
import Notation

/// Names a session in lists and records: the SHA-256 of its secret, which is of no use for signing in.
public struct SessionID: Hashable, Sendable, CustomStringConvertible {
    public let hash: [UInt8]

    public init(hash: [UInt8]) {
        self.hash = hash
    }

    /// Reads the 64 hexadecimal digits that `text` wrote; nil for anything else.
    public init?(text: String) {
        guard let bytes = Hexadecimal.decode(text), bytes.count == 32 else { return nil }
        hash = bytes
    }

    public var text: String { hex(hash) }
    public var description: String { String(text.prefix(12)) }
}

/// One browser that is signed in.
public struct Session: Hashable, Sendable {
    public let id: SessionID
    public let user: UserID
    /// What every form of this session must carry (S24).
    public let csrf: String
    public let createdAt: Instant
    /// When it was last used, to the minute.
    public let seenAt: Instant
    public let expiresAt: Instant
    public let ip: String
    public let agent: String
}

/// The other half of `hex`.
enum Hexadecimal {
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    /// Small letters only: a secret has one spelling.
    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

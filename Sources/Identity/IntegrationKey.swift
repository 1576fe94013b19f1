import Notation

/// The key in the address that a monitoring tool sends to: 32 small letters and digits, the length of a PagerDuty routing
/// key, so that tools which check the length accept it. Twenty-five are chance (129 bits); the last seven are the CRC-32
/// of the others.
///
/// A key can only send signals. It is shown once; only its SHA-256 is stored (S57).
public struct IntegrationKey: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    public static let length = 32
    private static let checksumLength = 7

    private let text: String

    public static func make(random: RandomSource) -> IntegrationKey {
        let body = Alphabet.base36.draw(length - checksumLength, from: random)
        return IntegrationKey(checked: body + Alphabet.base36.digits(of: crc32(body), width: checksumLength))
    }

    /// Reads a key that somebody presents; nil when it cannot be one of ours, so that a scanner who tries addresses costs
    /// no read of the store.
    public static func parse(_ text: String) -> IntegrationKey? {
        guard text.utf8.count == length, text.utf8.allSatisfy(Alphabet.base36.contains) else { return nil }
        let body = text.dropLast(checksumLength)
        guard text.suffix(checksumLength) == Alphabet.base36.digits(of: crc32(body), width: checksumLength) else {
            return nil
        }
        return IntegrationKey(checked: text)
    }

    private init(checked text: String) {
        self.text = text
    }

    public func reveal() -> String { text }

    public var hash: [UInt8] { sha256(text) }

    public var display: String { String(text.prefix(4)) + "…" }

    public var description: String { display }
    public var debugDescription: String { display }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

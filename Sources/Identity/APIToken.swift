import Notation

/// A bearer token: `tcs_<kind>_` and 36 letters and digits. Thirty are chance (178 bits); the last six are the CRC-32 of
/// everything before, so that a mistyped or invented token is refused without asking the store, and a scanner for leaked
/// secrets finds few false ones. Its scanner pattern is `tcs_(pat|svc|ing|hbt)_[0-9A-Za-z]{36}`.
///
/// The text is shown once, when it is made; only its SHA-256 is stored (S56). Printing the value gives its first letters.
public struct APIToken: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case person = "pat"
        case service = "svc"
        case intake = "ing"
        case heartbeat = "hbt"
    }

    public let kind: Kind
    private let text: String

    private static let chanceLength = 30
    private static let checksumLength = 6

    public static func make(_ kind: Kind, random: RandomSource) -> APIToken {
        let body = "tcs_\(kind.rawValue)_" + Alphabet.base62.draw(chanceLength, from: random)
        return APIToken(kind: kind, text: body + Alphabet.base62.digits(of: crc32(body), width: checksumLength))
    }

    /// Reads a token that somebody presents. The fault says what is wrong with the form and repeats none of the text.
    public init(_ text: String) throws(InputFault) {
        let parts = text.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "tcs", let kind = Kind(rawValue: String(parts[1])) else {
            throw InputFault(at: "token", "a token starts with tcs_pat_, tcs_svc_, tcs_ing_ or tcs_hbt_")
        }
        guard parts[2].utf8.count == Self.chanceLength + Self.checksumLength,
            parts[2].utf8.allSatisfy(Alphabet.base62.contains)
        else {
            throw InputFault(at: "token", "a token ends with 36 letters and digits")
        }
        let body = text.dropLast(Self.checksumLength)
        guard text.suffix(Self.checksumLength) == Alphabet.base62.digits(of: crc32(body), width: Self.checksumLength)
        else {
            throw InputFault(at: "token", "the token's check digits are wrong: a letter is missing or mistyped")
        }
        self.init(kind: kind, text: text)
    }

    private init(kind: Kind, text: String) {
        self.kind = kind
        self.text = text
    }

    /// The token itself, for the one moment when its owner sees it.
    public func reveal() -> String { text }

    public var hash: [UInt8] { sha256(text) }

    /// What lists show, so that an owner can tell tokens apart: the kind and four letters.
    public var display: String { String(text.prefix(12)) + "…" }

    public var description: String { display }
    public var debugDescription: String { display }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

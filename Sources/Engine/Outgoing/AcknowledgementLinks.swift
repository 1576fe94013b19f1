import Chronology
import Crypto
import Notation
import Storage

/// Makes and reads the links by which a page is acknowledged from a message. A link names one page and one person, is good
/// for 24 hours from the opening of the page, and is signed, so nothing is stored for it and a message that is sent again
/// carries the same link. Opening it changes nothing; its page asks for a press of a button (S83).
public struct AcknowledgementLinks: Sendable {
    public static let lifetime = Duration.hours(24)
    static let metaKey = "acknowledgement-key"

    public struct Right: Hashable, Sendable {
        public let page: PageID
        public let user: UserID
        public let expiresAt: Instant
    }

    private let key: SymmetricKey

    public init(key: [UInt8]) {
        self.key = SymmetricKey(data: key)
    }

    /// Reads the store's key, or makes it when there is none. All nodes of one store share it, and the keys that it is
    /// sealed under.
    public static func open(on connection: any Connection, _ keys: SealingKeys) throws -> AcknowledgementLinks {
        let fresh = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        let place = SealedSecrets.place(ofMeta: metaKey)
        try connection.execute(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING",
            [.text(metaKey), .text(try keys.seal(base64URL(fresh), at: place))])
        let stored = try connection.first("SELECT value FROM meta WHERE key = ?", [.text(metaKey)]) { $0.text(0) }
        guard let stored, let key = bytes(base64URL: try keys.open(stored, at: place)), key.count == 32 else {
            throw InputFault(at: "meta/\(metaKey)", "the key that signs acknowledgement links is damaged")
        }
        return AcknowledgementLinks(key: key)
    }

    public func token(page: PageID, user: UserID, openedAt: Instant) -> String {
        let expiry = (openedAt + Self.lifetime).microseconds / 1_000_000
        let claim = "\(page)~\(user)~\(expiry)"
        return Self.base64URL(Array(claim.utf8)) + "." + signature(of: claim)
    }

    /// nil: not one of ours, altered, or too old.
    public func right(of token: String, at now: Instant) -> Right? {
        guard token.utf8.count <= 512 else { return nil }
        let halves = token.split(separator: ".", omittingEmptySubsequences: false)
        guard halves.count == 2, let claimBytes = Self.bytes(base64URL: String(halves[0])),
            let mac = Self.bytes(base64URL: String(halves[1]))
        else { return nil }
        let claim = String(decoding: claimBytes, as: UTF8.self)
        guard HMAC<SHA256>.isValidAuthenticationCode(mac, authenticating: Array(claim.utf8), using: key) else {
            return nil
        }
        let parts = claim.split(separator: "~", omittingEmptySubsequences: false)
        guard parts.count == 3, let seconds = Int64(parts[2]) else { return nil }
        let expiry = Instant(seconds: seconds)
        guard now < expiry else { return nil }
        return Right(page: PageID(String(parts[0])), user: UserID(String(parts[1])), expiresAt: expiry)
    }

    /// Six digits that only the key's holder can make of a text.
    func digits(of text: String) -> String {
        let mac = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
        let number = mac.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % 1_000_000
        let digits = String(number)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }

    private func signature(of claim: String) -> String {
        Self.base64URL(Array(HMAC<SHA256>.authenticationCode(for: Array(claim.utf8), using: key)))
    }

    // MARK: Base 64 for URLs (RFC 4648 §5), without padding

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static func base64URL(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[Int(buffer >> UInt32(bits) & 63)])
            }
            buffer &= (1 << UInt32(bits)) - 1
        }
        if bits > 0 { text.append(alphabet[Int(buffer << UInt32(6 - bits) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }

    private static func bytes(base64URL text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            buffer = buffer << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(buffer >> UInt32(bits) & 255))
                buffer &= (1 << UInt32(bits)) - 1
            }
        }
        return bytes
    }
}

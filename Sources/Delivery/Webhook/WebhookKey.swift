import Crypto
import Notation

/// A signing key of a Standard Webhooks endpoint: `whsec_` and the bytes in base 64. The rules ask for 24 to 64 bytes, and
/// their own published example has 18, so that many are taken.
/// Prints as `***` (S70).
public struct WebhookKey: Sendable, CustomStringConvertible, CustomReflectable {
    private static let marker = "whsec_"
    private static let fewestBytes = 18
    private static let mostBytes = 64

    private let bytes: [UInt8]

    public var description: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: []) }

    public init(_ secret: Secret) throws(InputFault) {
        let text = secret.reveal()
        guard text.hasPrefix(Self.marker), let bytes = Base64.decode(String(text.dropFirst(Self.marker.count))),
            (Self.fewestBytes...Self.mostBytes).contains(bytes.count)
        else {
            throw InputFault(
                at: "secret",
                "a signing key is \"\(Self.marker)\" and \(Self.fewestBytes) to \(Self.mostBytes) bytes in base 64")
        }
        self.bytes = bytes
    }

    /// A new key of 32 random bytes, in the form in which it is stored and shown to its owner.
    public static func makeSecret() -> Secret {
        var random = SystemRandomNumberGenerator()
        return Secret(marker + Base64.encode((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }))
    }

    /// `v1,` and the HMAC-SHA256 of `id.timestamp.body`. The receiver takes the id from its header, where it ends at no
    /// particular place, so an id must not hold a dot.
    public func signature(id: String, timestamp: Int64, body: [UInt8]) -> String {
        var code = HMAC<SHA256>(key: SymmetricKey(data: bytes))
        code.update(data: Array("\(id).\(timestamp).".utf8))
        code.update(data: body)
        return "v1," + Base64.encode(Array(code.finalize()))
    }
}

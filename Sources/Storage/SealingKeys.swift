import Crypto
import Foundation
import Notation

/// The keys under which secrets lie in the store that must be readable to be used: signing keys of webhooks, the key of
/// acknowledgement links. They come from a file that is not the store, so that a copy of the store alone gives none of them
/// away (S59).
///
/// The first key seals and all of them open, so that a new one can be put in front of the old (S60). AES-256-GCM with a
/// random nonce; the sealed text names its key, and is bound to the place where it lies: moved to another row, it does not
/// open. Prints as `***`.
public struct SealingKeys: Sendable, CustomStringConvertible, CustomReflectable {
    /// Why a sealed text does not open. The sentence is fit to be shown.
    public struct Fault: Error, Hashable, Sendable {
        public enum Kind: Hashable, Sendable {
            /// It was sealed under a key that is not here.
            case otherKey
            /// It was changed, or belongs to another place.
            case damaged
        }

        public let kind: Kind
        public let sentence: String
    }

    private struct Key: Sendable {
        let id: String
        let secret: SymmetricKey
    }

    /// How a key in a file and a sealed text in the store begin.
    private static let keyMark = "tsk1_"
    private static let sealMark = "sealed.1."
    private static let keyBytes = 32
    /// More keys than that in one file are a mistake: old ones are taken out once nothing is sealed under them.
    private static let mostKeys = 8

    /// No keys: nothing can be sealed and nothing opened.
    public static let none = SealingKeys([])

    private let keys: [Key]

    public var description: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: []) }

    private init(_ keys: [Key]) {
        self.keys = keys
    }

    /// Reads the text of a key file: one key a line; empty lines and lines that begin with `#` are skipped.
    public init(reading text: String) throws(InputFault) {
        var keys: [Key] = []
        for line in text.split(whereSeparator: \.isNewline) where !line.isEmpty && !line.hasPrefix("#") {
            guard line.hasPrefix(Self.keyMark),
                let bytes = Self.bytes(of: String(line.dropFirst(Self.keyMark.count))), bytes.count == Self.keyBytes
            else {
                throw InputFault(
                    at: "key", "a line is neither \(Self.keyMark) and 32 bytes in base 64 nor a comment (#)")
            }
            keys.append(Self.key(of: bytes))
        }
        guard (1...Self.mostKeys).contains(keys.count) else {
            throw InputFault(at: "key", "a key file holds 1 to \(Self.mostKeys) keys, and this one \(keys.count)")
        }
        self.keys = keys
    }

    /// A line with a new key, for a key file.
    public static func makeLine() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { keyMark + text(of: Data($0)) }
    }

    /// A key that nobody else has, for a store that ends with its process.
    public static func fresh() -> SealingKeys {
        SealingKeys([SymmetricKey(size: .bits256).withUnsafeBytes { key(of: Data($0)) }])
    }

    /// Names the key that seals. nil: there is none.
    public var current: String? { keys.first?.id }

    /// Whether what is sealed under the key of that name can be opened.
    public func has(_ name: String) -> Bool { keys.contains { $0.id == name } }

    /// - Parameter place: where the sealed text will lie, as a path that nothing else has.
    public func seal(_ secret: String, at place: String) throws -> String {
        guard let key = keys.first else {
            throw StorageFault(.permanent, "there is no sealing key, and a secret is not written without")
        }
        let box = try AES.GCM.seal(
            Data(secret.utf8), using: key.secret, authenticating: Self.binding(place, key.id))
        // Never nil with a nonce of the standard length.
        guard let combined = box.combined else { preconditionFailure("a sealed box of AES-GCM has one form") }
        return Self.sealMark + key.id + "." + Self.text(of: combined)
    }

    public func open(_ sealed: String, at place: String) throws(Fault) -> String {
        guard let id = Self.keyID(of: sealed) else {
            throw Fault(kind: .damaged, sentence: "what lies at \(place) is not a sealed secret")
        }
        guard let key = keys.first(where: { $0.id == id }) else {
            throw Fault(
                kind: .otherKey, sentence: "the secret at \(place) is sealed under the key \(id), which is not here")
        }
        let damaged = Fault(
            kind: .damaged, sentence: "the secret at \(place) was changed, or was sealed for another place")
        let rest = sealed.dropFirst(Self.sealMark.count + id.count + 1)
        guard let combined = Self.bytes(of: String(rest)) else { throw damaged }
        do {
            let box = try AES.GCM.SealedBox(combined: combined)
            let opened = try AES.GCM.open(box, using: key.secret, authenticating: Self.binding(place, id))
            return String(decoding: opened, as: UTF8.self)
        } catch {
            throw damaged
        }
    }

    /// The name of the key that the text was sealed under; nil: it is not a sealed text.
    public static func keyID(of text: String) -> String? {
        guard text.hasPrefix(sealMark) else { return nil }
        let rest = text.dropFirst(sealMark.count)
        guard let dot = rest.firstIndex(of: "."), dot != rest.startIndex else { return nil }
        return String(rest[..<dot])
    }

    // MARK: Leaves

    /// What is sealed is bound to its place and to the name of its key.
    private static func binding(_ place: String, _ id: String) -> Data { Data("tocsin\n1\n\(id)\n\(place)".utf8) }

    /// A key is named after itself, so that two keys never share a name by mistake; the name tells nothing of the key.
    private static func key(of bytes: Data) -> Key {
        let master = SymmetricKey(data: bytes)
        let name = HKDF<SHA256>.deriveKey(inputKeyMaterial: master, info: Data("name".utf8), outputByteCount: 6)
        return Key(
            id: name.withUnsafeBytes { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() },
            secret: HKDF<SHA256>.deriveKey(
                inputKeyMaterial: master, info: Data("secrets at rest".utf8), outputByteCount: 32))
    }

    /// Base 64 for URLs, without padding (RFC 4648 §5).
    private static func text(of bytes: Data) -> String {
        bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func bytes(of text: String) -> Data? {
        guard !text.contains(where: { "+/=".contains($0) }) else { return nil }
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4))
    }
}

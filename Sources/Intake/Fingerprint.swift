import Alerting

/// Alertmanager's identity of a set of labels: FNV-1a with 64 bits over name, 0xff, value, 0xff of each label, in the
/// order of the names' bytes. 0xff never occurs in UTF-8, so no two sets are run together the same way.
///
/// It is an identity among honest sources, not a secure hash: who may send to an integration can make two sets collide.
public struct Fingerprint: Hashable, Sendable {
    public let value: UInt64

    /// - Parameter labels: in any order, no name twice, none with an empty value (Alertmanager drops those first).
    public init(_ labels: [Label]) {
        var hash = Hash()
        hash.add(labels)
        value = hash.value
    }

    /// The fingerprint of a title and its labels, for senders that give no key of their own.
    init(title: String, _ labels: [Label]) {
        var hash = Hash()
        hash.add(title)
        hash.add(labels)
        value = hash.value
    }

    /// 16 lower-case hexadecimal digits.
    public var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// The fingerprint that a text of 16 hexadecimal digits names; nil for any other text.
    public init?(text: String) {
        guard text.utf8.count == 16, text.utf8.allSatisfy({ Self.isHexDigit($0) }), let value = UInt64(text, radix: 16)
        else { return nil }
        self.value = value
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte | 0x20
    }

    private struct Hash {
        var value: UInt64 = 0xcbf2_9ce4_8422_2325

        mutating func add(_ labels: [Label]) {
            for label in labels.sorted(by: Self.comesBefore) {
                add(label.name)
                add(label.value)
            }
        }

        mutating func add(_ text: String) {
            for byte in text.utf8 { mix(byte) }
            mix(0xff)
        }

        private mutating func mix(_ byte: UInt8) {
            value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }

        /// The order of the bytes, as Go sorts strings. Swift's own order regards Unicode normalisation.
        static func comesBefore(_ left: Label, _ right: Label) -> Bool {
            left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }
    }
}

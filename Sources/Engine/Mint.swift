import Chronology
import Notation

/// Makes ids: a prefix, eleven characters of time in microseconds and fifteen random ones, in Crockford's base 32, so that
/// ids of one kind sort by when they were made. Randomness is handed in; the simulator hands in a seeded one.
public struct Mint: Sendable {
    private let random: @Sendable () -> UInt64

    public init(random: @escaping @Sendable () -> UInt64) {
        self.random = random
    }

    /// Ids that nobody can guess.
    public static var system: Mint {
        Mint {
            var generator = SystemRandomNumberGenerator()
            return generator.next()
        }
    }

    public func id<ID: Identifier>(_ type: ID.Type, at now: Instant) -> ID {
        ID(ID.prefix + "_" + tail(at: now))
    }

    public func tail(at now: Instant) -> String {
        var text = ""
        text.reserveCapacity(26)
        Self.append(UInt64(max(0, now.microseconds)), characters: 11, to: &text)
        Self.append(random(), characters: 12, to: &text)
        Self.append(random(), characters: 3, to: &text)
        return text
    }

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".unicodeScalars.map(Character.init))

    private static func append(_ value: UInt64, characters: Int, to text: inout String) {
        for place in (0..<characters).reversed() { text.append(alphabet[Int(value >> UInt64(5 * place) & 31)]) }
    }
}

import Chronology
import Glibc
import Notation
import Synchronization

/// Makes ids: a prefix, eleven characters of time in microseconds and fifteen random ones, in Crockford's base 32, so that
/// ids of one kind sort by when they were made. Randomness is handed in; the simulator hands in a seeded one.
public struct Mint: Sendable {
    private let random: @Sendable () -> UInt64

    public init(random: @escaping @Sendable () -> UInt64) {
        self.random = random
    }

    /// Ids that nobody can guess. The kernel is asked for many numbers at once: a storm makes tens of thousands of ids a
    /// second.
    public static var system: Mint {
        let drawn = Drawn()
        return Mint { drawn.next() }
    }

    private final class Drawn: Sendable {
        /// One page of random numbers.
        private static let count = 512
        private let numbers = Mutex<[UInt64]>([])

        func next() -> UInt64 {
            numbers.withLock { numbers in
                if let number = numbers.popLast() { return number }
                numbers = [UInt64](repeating: 0, count: Self.count)
                numbers.withUnsafeMutableBytes { bytes in
                    if let start = bytes.baseAddress { arc4random_buf(start, bytes.count) }
                }
                return numbers.removeLast()
            }
        }
    }

    public func id<ID: Identifier>(_ type: ID.Type, at now: Instant) -> ID {
        ID(ID.prefix + "_" + tail(at: now))
    }

    public func tail(at now: Instant) -> String {
        let (first, second) = (random(), random())
        return String(unsafeUninitializedCapacity: 26) { buffer in
            Self.write(UInt64(max(0, now.microseconds)), to: buffer[0..<11])
            Self.write(first, to: buffer[11..<23])
            Self.write(second, to: buffer[23..<26])
            return 26
        }
    }

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// The lowest bits of the value, five a character, the highest first.
    private static func write(_ value: UInt64, to place: Slice<UnsafeMutableBufferPointer<UInt8>>) {
        var place = place
        var rest = value
        for index in place.indices.reversed() {
            place[index] = alphabet[Int(rest & 31)]
            rest >>= 5
        }
    }
}

import Chronology
import Glibc

/// Reads the wall clock. Injected, so that a test or a simulation decides what time it is.
public typealias TimeSource = @Sendable () -> Instant

/// Gives that many bytes which nobody can predict. Injected for tests; `systemRandom` is the only one for production
/// (S58).
public typealias RandomSource = @Sendable (Int) -> [UInt8]

/// The operating system's own generator (getrandom on Linux).
public let systemRandom: RandomSource = { count in
    // One call for all of them: a byte drawn by itself costs a call of its own, and every request draws ten.
    [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
        if let start = bytes.baseAddress { arc4random_buf(start, count) }
        initialized = count
    }
}

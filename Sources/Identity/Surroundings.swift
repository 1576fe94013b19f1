import Chronology

/// Reads the wall clock. Injected, so that a test or a simulation decides what time it is.
public typealias TimeSource = @Sendable () -> Instant

/// Gives that many bytes which nobody can predict. Injected for tests; `systemRandom` is the only one for production
/// (S58).
public typealias RandomSource = @Sendable (Int) -> [UInt8]

/// The operating system's own generator (getrandom on Linux).
public let systemRandom: RandomSource = { count in
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}

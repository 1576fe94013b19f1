import Crypto
import CryptoExtras
import Dispatch
import Foundation
import Synchronization

/// Runs scrypt on its own few threads, because a quarter of a second of arithmetic would block everything else on the
/// cooperative pool. Threads end when the hasher is released; work already taken is finished.
public final class PasswordHasher: Sendable {
    /// So many sign-ins are under way that another would wait too long. The caller is told to come back.
    public struct Busy: Error, Hashable, Sendable {}

    /// Computes one hash. Injected so that tests can count.
    public typealias Derivation = @Sendable (_ password: [UInt8], _ salt: [UInt8], PasswordHash.Cost) throws -> [UInt8]

    /// Sixteen waiting sign-ins on two cores are two seconds; whoever comes later is better told at once. Each also holds
    /// up to a kilobyte of password.
    public static let defaultQueueLimit = 16

    public let cost: PasswordHash.Cost
    private let random: RandomSource
    private let derivation: Derivation
    private let pool: Pool

    public init(
        cost: PasswordHash.Cost = .standard, threads: Int = ProcessInfo.processInfo.activeProcessorCount,
        queueLimit: Int = PasswordHasher.defaultQueueLimit, random: @escaping RandomSource,
        derivation: @escaping Derivation = PasswordHasher.scrypt
    ) {
        precondition(threads > 0 && queueLimit > 0, "a hasher needs at least one thread and one place to wait")
        self.cost = cost
        self.random = random
        self.derivation = derivation
        pool = Pool(queueLimit: queueLimit)
        for number in 1...threads {
            let thread = Thread { [pool] in pool.work() }
            thread.name = "scrypt-\(number)"
            thread.start()
        }
    }

    deinit {
        pool.close()
    }

    /// A new hash with a new salt. Throws `Busy`.
    public func hash(_ password: String) async throws -> PasswordHash {
        let salt = random(PasswordHash.saltLength)
        let digest = try await derive(password, salt: salt, cost: cost)
        return PasswordHash(cost: cost, salt: salt, digest: digest)
    }

    /// Whether the password is the one. Costs the same whether it is or not. Throws `Busy`.
    public func verify(_ password: String, against hash: PasswordHash) async throws -> Bool {
        hash.matches(try await derive(password, salt: hash.salt, cost: hash.cost))
    }

    private func derive(_ password: String, salt: [UInt8], cost: PasswordHash.Cost) async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { continuation in
            let derivation = self.derivation
            let isTaken = pool.enqueue {
                continuation.resume(with: Result { try derivation(Array(password.utf8), salt, cost) })
            }
            if !isTaken { continuation.resume(throwing: Busy()) }
        }
    }

    /// RFC 7914 by way of BoringSSL.
    public static let scrypt: Derivation = { password, salt, cost in
        let key = try KDF.Scrypt.deriveKey(
            from: password, salt: salt, outputByteCount: PasswordHash.digestLength, rounds: 1 << cost.logRounds,
            blockSize: cost.blockSize, parallelism: cost.parallelism)
        return key.withUnsafeBytes { Array($0) }
    }
}

/// A bounded queue of work that the threads take from.
private final class Pool: Sendable {
    private struct Line {
        var waiting: [@Sendable () -> Void] = []
        var isClosed = false
    }

    private let queueLimit: Int
    private let line = Mutex(Line())
    private let arrivals = DispatchSemaphore(value: 0)

    init(queueLimit: Int) {
        self.queueLimit = queueLimit
    }

    /// False when the queue is full: the work was not taken and will not run.
    func enqueue(_ work: @escaping @Sendable () -> Void) -> Bool {
        let isTaken = line.withLock { line in
            guard line.waiting.count < queueLimit else { return false }
            line.waiting.append(work)
            return true
        }
        if isTaken { arrivals.signal() }
        return isTaken
    }

    func close() {
        line.withLock { $0.isClosed = true }
        arrivals.signal()
    }

    /// The life of one thread: takes work in order, and ends when the pool is closed and empty.
    func work() {
        while true {
            arrivals.wait()
            let next: (@Sendable () -> Void)? = line.withLock { line in
                line.waiting.isEmpty ? nil : line.waiting.removeFirst()
            }
            if let next {
                next()
            } else if line.withLock({ $0.isClosed }) {
                // Passes the word on to the next thread.
                arrivals.signal()
                return
            }
        }
    }
}

import Notation

/// A password's scrypt hash with everything needed to check it, written as
/// `$scrypt$ln=15,r=8,p=3$<salt>$<hash>` (the PHC string format; base64 without padding).
public struct PasswordHash: Hashable, Sendable {
    /// The price of one guess. Memory is 128 · 2^logRounds · blockSize bytes.
    public struct Cost: Hashable, Sendable {
        public let logRounds: Int
        public let blockSize: Int
        public let parallelism: Int

        public init(logRounds: Int, blockSize: Int, parallelism: Int) {
            precondition((1...20).contains(logRounds), "2^logRounds rounds must be between 2 and a million")
            precondition((1...32).contains(blockSize), "the block size must be between 1 and 32")
            precondition((1...16).contains(parallelism), "the parallelism must be between 1 and 16")
            self.logRounds = logRounds
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// 32 MiB and a quarter of a second (reliability-security §4.4, OWASP's second choice for scrypt).
        public static let standard = Cost(logRounds: 15, blockSize: 8, parallelism: 3)
    }

    public let cost: Cost
    public let salt: [UInt8]
    public let digest: [UInt8]

    static let saltLength = 16
    static let digestLength = 32

    public init(cost: Cost, salt: [UInt8], digest: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.digest = digest
    }

    public var text: String {
        "$scrypt$ln=\(cost.logRounds),r=\(cost.blockSize),p=\(cost.parallelism)$\(Base64.encode(salt))$\(Base64.encode(digest))"
    }

    /// Reads what `text` wrote. A cost beyond the bounds of `Cost` is a fault, not a wait of hours.
    public init(text: String) throws(InputFault) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else {
            throw InputFault(at: "scrypt", "not a scrypt hash")
        }
        let numbers = parts[2].split(separator: ",", omittingEmptySubsequences: false)
        guard numbers.count == 3,
            let logRounds = Self.number(numbers[0], "ln="), (1...20).contains(logRounds),
            let blockSize = Self.number(numbers[1], "r="), (1...32).contains(blockSize),
            let parallelism = Self.number(numbers[2], "p="), (1...16).contains(parallelism)
        else {
            throw InputFault(at: "scrypt", "the cost is missing or out of bounds")
        }
        guard let salt = Base64.decode(parts[3]), salt.count >= 8, let digest = Base64.decode(parts[4]),
            digest.count == Self.digestLength
        else {
            throw InputFault(at: "scrypt", "the salt or the hash is damaged")
        }
        self.init(
            cost: Cost(logRounds: logRounds, blockSize: blockSize, parallelism: parallelism), salt: salt, digest: digest
        )
    }

    /// Compares in a time that does not depend on where the two differ.
    public func matches(_ other: [UInt8]) -> Bool {
        guard other.count == digest.count else { return false }
        return zip(digest, other).reduce(into: UInt8(0)) { $0 |= $1.0 ^ $1.1 } == 0
    }

    private static func number(_ text: Substring, _ prefix: String) -> Int? {
        guard text.hasPrefix(prefix), text.utf8.count <= prefix.utf8.count + 2 else { return nil }
        let digits = text.dropFirst(prefix.count)
        guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return Int(digits)
    }
}

/// Base64 (RFC 4648 §4) without padding, as PHC strings want it.
enum Base64 {
    private static let symbols = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var pending: UInt32 = 0
        var bits = 0
        for byte in bytes {
            pending = (pending << 8) | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(symbols[Int((pending >> UInt32(bits)) & 63)])
            }
            pending &= (1 << UInt32(bits)) - 1
        }
        if bits > 0 { text.append(symbols[Int((pending << UInt32(6 - bits)) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil for a foreign character, an impossible length, or bits at the end that no encoder writes.
    static func decode(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var pending: UInt32 = 0
        var bits = 0
        for symbol in text.utf8 {
            guard let value = symbols.firstIndex(of: symbol) else { return nil }
            pending = (pending << 6) | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(pending >> UInt32(bits)))
                pending &= (1 << UInt32(bits)) - 1
            }
        }
        return bits < 6 && pending == 0 ? bytes : nil
    }
}

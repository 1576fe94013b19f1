import Crypto

/// The arithmetic of a chain of records: each holds the hash of the one before it, so that changing, dropping or moving
/// one breaks every hash after it (R9).
///
/// A hash is SHA-256 over the previous hash and then the fields. Every field is preceded by its length in eight bytes,
/// big-endian, so that no two different records are the same bytes; a number is eight bytes, big-endian; an absent text
/// has the length 2^64 - 1 and no bytes.
struct HashChain {
    /// What stands before the first record.
    static let origin = [UInt8](repeating: 0, count: 32)

    private var hasher = SHA256()

    init(after previous: [UInt8]) {
        hasher.update(data: previous)
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            add(length: UInt64(utf8.count))
            hasher.update(bufferPointer: UnsafeRawBufferPointer(utf8))
        }
    }

    mutating func add(_ text: String?) {
        if let text { add(text) } else { add(length: .max) }
    }

    mutating func add(_ number: Int64) {
        add(length: 8)
        add(length: UInt64(bitPattern: number))
    }

    mutating func add(_ bytes: [UInt8]) {
        add(length: UInt64(bytes.count))
        hasher.update(data: bytes)
    }

    func hash() -> [UInt8] { [UInt8](hasher.finalize()) }

    private mutating func add(length: UInt64) {
        withUnsafeBytes(of: length.bigEndian) { hasher.update(bufferPointer: $0) }
    }

    static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// What a walk along a chain has found.
public struct ChainReport: Hashable, Sendable {
    public struct Break: Hashable, Sendable {
        /// The first record that does not fit: its version in a stream, its `seq` in the audit.
        public let version: Int64
        public let reason: String

        public init(version: Int64, reason: String) {
            self.version = version
            self.reason = reason
        }
    }

    /// The stream, or `audit`.
    public let stream: String
    /// How many records there are, good or not.
    public let length: Int64
    /// The hash of the last good record in lower-case hex; 64 zeros when there is none. Kept elsewhere, it also shows
    /// that the end of the chain was cut off, which the chain itself cannot.
    public let head: String
    public let broken: Break?

    public init(stream: String, length: Int64, head: String, broken: Break?) {
        self.stream = stream
        self.length = length
        self.head = head
        self.broken = broken
    }
}

/// Walks one chain, record by record.
struct ChainWalk {
    let stream: String
    private var length: Int64 = 0
    private var head = HashChain.origin
    private var broken: ChainReport.Break?

    init(_ stream: String) { self.stream = stream }

    /// The next record as it is stored, its number in the chain (from 1), what else is known to be wrong with it, and the
    /// hash that its fields should have.
    mutating func visit(
        number: Int64, previous: [UInt8], hash: [UInt8], displacement: String? = nil,
        fields: (inout HashChain) -> Void
    ) {
        length += 1
        guard broken == nil else { return }
        if let reason = fault(number: number, previous: previous, hash: hash, fields: fields) ?? displacement {
            broken = ChainReport.Break(version: number, reason: reason)
        } else {
            head = hash
        }
    }

    var report: ChainReport {
        ChainReport(stream: stream, length: length, head: HashChain.hex(head), broken: broken)
    }

    private func fault(
        number: Int64, previous: [UInt8], hash: [UInt8], fields: (inout HashChain) -> Void
    ) -> String? {
        guard number == length else { return "number \(length) is missing" }
        guard previous == head else { return "it does not follow the record before it" }
        var chain = HashChain(after: previous)
        fields(&chain)
        return chain.hash() == hash ? nil : "its content was changed"
    }
}

/// The part of a TZif file that `Zone` uses (RFC 9636 §3). Every count and index is checked before it is used.
struct TZif {
    private(set) var changes: [Int64] = []
    private(set) var kinds: [UInt8] = []
    private(set) var offsets: [Zone.Offset] = []
    /// The POSIX TZ string, without the newlines around it; empty when there is none.
    private(set) var footer: ArraySlice<UInt8> = []

    /// Earlier than any time since the Big Bang, RFC 9636 §3.2; it keeps arithmetic with offsets far from overflow.
    private static let secondsLimit: Int64 = 1 << 59

    init(_ bytes: [UInt8]) throws(TimeFault) {
        guard bytes.count <= Zone.fileSizeLimit else {
            throw TimeFault("it has \(bytes.count) bytes, more than \(Zone.fileSizeLimit)")
        }
        var rest = bytes[...]
        let old = try Header(&rest)
        guard old.version > 0 else {
            try readBlock(&rest, old, timeSize: 4)
            guard rest.isEmpty else { throw TimeFault("\(rest.count) bytes follow the end of the data") }
            return
        }
        // Later versions repeat everything with 64-bit times after the 32-bit block.
        _ = try Self.take(old.blockSize(timeSize: 4), from: &rest, "the first data block")
        let header = try Header(&rest)
        guard header.version == old.version else { throw TimeFault("its two headers differ in version") }
        try readBlock(&rest, header, timeSize: 8)
        guard rest.count >= 2, rest.first == 0x0a, rest.last == 0x0a else {
            throw TimeFault("its footer is not a line of its own")
        }
        footer = rest.dropFirst().dropLast()
    }

    private mutating func readBlock(_ rest: inout ArraySlice<UInt8>, _ header: Header, timeSize: Int) throws(TimeFault)
    {
        guard header.leapSeconds == 0 else { throw TimeFault("it counts leap seconds, which POSIX time does not") }
        let block = try Self.take(header.blockSize(timeSize: timeSize), from: &rest, "the data block")
        let kindsStart = block.startIndex + header.times * timeSize
        let typesStart = kindsStart + header.times
        let lettersStart = typesStart + header.types * Self.typeSize
        let letters = block[lettersStart..<lettersStart + header.letters]

        for index in 0..<header.types {
            let type = block[(typesStart + index * Self.typeSize)...].prefix(Self.typeSize)
            offsets.append(try Self.offset(type, letters: letters))
        }
        for index in 0..<header.times {
            let time = Self.signed(block[(block.startIndex + index * timeSize)...].prefix(timeSize))
            guard (-Self.secondsLimit...Self.secondsLimit).contains(time) else {
                throw TimeFault("change \(index) lies before the beginning or after the end of time")
            }
            if let last = changes.last, last >= time {
                throw TimeFault("change \(index) is not after the one before it")
            }
            let kind = block[kindsStart + index]
            guard Int(kind) < header.types else {
                throw TimeFault("change \(index) is to a type that is not there")
            }
            changes.append(time)
            kinds.append(kind)
        }
    }

    // MARK: Leaves

    /// Four bytes of offset, one flag, one index.
    private static let typeSize = 6

    private static func offset(_ type: ArraySlice<UInt8>, letters: ArraySlice<UInt8>) throws(TimeFault) -> Zone.Offset {
        let seconds = Int(signed(type.prefix(4)))
        guard Zone.Offset.allowedSeconds.contains(seconds) else {
            throw TimeFault("an offset of \(seconds) s is too large")
        }
        let flag = type[type.startIndex + 4]
        guard flag <= 1 else { throw TimeFault("a daylight saving flag is \(flag), not 0 or 1") }
        let tail = letters.dropFirst(Int(type[type.startIndex + 5]))
        guard let end = tail.firstIndex(of: 0) else { throw TimeFault("an abbreviation has no end") }
        return Zone.Offset(
            seconds: seconds, abbreviation: try Zone.Offset.abbreviation(tail[..<end]), isDST: flag == 1)
    }

    private static func take(
        _ count: Int, from rest: inout ArraySlice<UInt8>, _ what: String
    ) throws(TimeFault) -> ArraySlice<UInt8> {
        guard rest.count >= count else { throw TimeFault("it ends within \(what)") }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// A big-endian number in two's complement, of four or eight bytes.
    private static func signed(_ bytes: ArraySlice<UInt8>) -> Int64 {
        var number: Int64 = bytes.first.map { $0 >= 0x80 ? -1 : 0 } ?? 0
        for byte in bytes { number = number << 8 | Int64(byte) }
        return number
    }

    private struct Header {
        /// 0 for a file of version 1, else 2 or more.
        let version: UInt8
        let utcFlags: Int
        let standardFlags: Int
        let leapSeconds: Int
        let times: Int
        let types: Int
        let letters: Int

        static let size = 44

        init(_ rest: inout ArraySlice<UInt8>) throws(TimeFault) {
            let bytes = try TZif.take(Self.size, from: &rest, "a header")
            guard bytes.starts(with: Array("TZif".utf8)) else { throw TimeFault("it does not begin with TZif") }
            let start = bytes.startIndex
            version = bytes[start + 4] == 0 ? 0 : bytes[start + 4] &- UInt8(ascii: "0")
            // Later versions only add to the meaning of the leap second table and of the footer, RFC 9636 §3.
            guard version == 0 || (2...9).contains(version) else { throw TimeFault("its version is not known") }
            func count(_ index: Int) -> Int {
                bytes[(start + 20 + index * 4)...].prefix(4).reduce(0) { $0 << 8 | Int($1) }
            }
            (utcFlags, standardFlags, leapSeconds) = (count(0), count(1), count(2))
            (times, types, letters) = (count(3), count(4), count(5))
            guard (1...256).contains(types) else {
                throw TimeFault("it has \(types) types of local time, not 1 to 256")
            }
            guard letters > 0 else { throw TimeFault("it has no abbreviations") }
            guard utcFlags == 0 || utcFlags == types, standardFlags == 0 || standardFlags == types else {
                throw TimeFault("its flags do not match its types of local time")
            }
        }

        func blockSize(timeSize: Int) -> Int {
            times * (timeSize + 1) + types * TZif.typeSize + letters + leapSeconds * (timeSize + 4)
                + standardFlags + utcFlags
        }
    }
}

extension Zone.Offset {
    /// RFC 9636 §3.2: more than -25 hours and less than 26.
    static let allowedSeconds = -89_999...93_599

    /// The tz database keeps to six letters; the limit leaves room and bounds what is printed on every page.
    private static let abbreviationLimit = 16

    /// Reads letters, digits and signs, the characters that RFC 9636 §3.2 allows: they are printed as they are.
    static func abbreviation(_ bytes: ArraySlice<UInt8>) throws(TimeFault) -> String {
        guard (1...abbreviationLimit).contains(bytes.count) else {
            throw TimeFault("an abbreviation has \(bytes.count) characters, not 1 to \(abbreviationLimit)")
        }
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"):
                continue
            default: throw TimeFault("an abbreviation has a character other than letters, digits, + and -")
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// How many digits of the second's fraction are written. What does not fit is cut off, never rounded up: a printed time
/// is not later than the instant.
public enum FractionDigits: Hashable, Sendable {
    case none
    case millis
    case micros
    /// As many of 0 to 6 as are needed.
    case shortest
}

extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC. An instant outside the years 0 to 9999, which RFC 3339 cannot write, has a signed year of at
    /// least five digits instead, as ISO 8601 has.
    public func rfc3339(fraction: FractionDigits = .shortest) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.printedLength)
        write(fraction: fraction, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// RFC 3339 with the offset of the zone at that instant, `+00:00` for a zone at UTC. Offsets of the nineteenth
    /// century count seconds, which RFC 3339 cannot write: they are cut to the minute, and the clock time with them, so
    /// that the text still means this instant.
    public func rfc3339(in zone: Zone, fraction: FractionDigits = .shortest) -> String {
        let minutes = zone.offset(at: self).seconds / 60
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.printedLength)
        CivilDateTime(at: self, offset: minutes * 60).write(separator: "T", fraction: fraction, into: &bytes)
        bytes.append(UInt8(ascii: minutes < 0 ? "-" : "+"))
        bytes.append(number: abs(minutes) / 60, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(number: abs(minutes) % 60, digits: 2)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends what `rfc3339(fraction:)` returns, for writers of bytes.
    public func write(fraction: FractionDigits = .shortest, into bytes: inout [UInt8]) {
        CivilDateTime(at: self, offset: 0).write(separator: "T", fraction: fraction, into: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// For people: `21 Nov 2026 03:12:04 UTC`. The zone's abbreviation is always there, since a time that somebody reads
    /// in a hurry must not leave the zone to be guessed; zones without letters show their offset, `+0545`.
    public func text(in zone: Zone = .utc) -> String {
        let offset = zone.offset(at: self)
        let local = CivilDateTime(at: self, offset: offset.seconds)
        return "\(local.date.text) \(local.time.secondsText) \(offset.abbreviation)"
    }

    /// RFC 3339 in UTC, with the digits that are needed.
    public var description: String { rfc3339() }

    /// `2026-11-21T03:12:04.123456+01:00` with room for a long year.
    private static let printedLength = 36
}

extension CivilDate: CustomStringConvertible {
    /// ISO 8601, `2026-11-21`; years outside 0 to 9999 have a sign and at least five digits.
    public var description: String {
        var bytes: [UInt8] = []
        write(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// For people: `21 Nov 2026`.
    public var text: String { "\(day) \(Self.name(ofMonth: month).prefix(3)) \(year)" }

    func write(into bytes: inout [UInt8]) {
        if !Self.writableYears.contains(year) { bytes.append(UInt8(ascii: year < 0 ? "-" : "+")) }
        bytes.append(number: abs(year), digits: Self.writableYears.contains(year) ? 4 : 5)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(number: month, digits: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(number: day, digits: 2)
    }
}

extension LocalTime: CustomStringConvertible {
    /// ISO 8601, `03:12:04`, with the digits of the fraction that are needed.
    public var description: String {
        var bytes: [UInt8] = []
        write(fraction: .shortest, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Without the fraction.
    fileprivate var secondsText: String {
        var bytes: [UInt8] = []
        write(fraction: .none, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    func write(fraction: FractionDigits, into bytes: inout [UInt8]) {
        bytes.append(number: hour, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(number: minute, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(number: second, digits: 2)
        switch fraction {
        case .none: return
        case .millis: bytes.append(fraction: microsecond / 1_000, digits: 3)
        case .micros: bytes.append(fraction: microsecond, digits: 6)
        case .shortest:
            if microsecond == 0 { return }
            var (number, digits) = (microsecond, 6)
            while number.isMultiple(of: 10) {
                number /= 10
                digits -= 1
            }
            bytes.append(fraction: number, digits: digits)
        }
    }
}

extension CivilDateTime: CustomStringConvertible {
    /// ISO 8601 without an offset, `2026-11-21T03:12:04`, with the digits of the fraction that are needed.
    public var description: String {
        var bytes: [UInt8] = []
        write(separator: "T", fraction: .shortest, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    func write(separator: Unicode.Scalar, fraction: FractionDigits, into bytes: inout [UInt8]) {
        date.write(into: &bytes)
        bytes.append(UInt8(ascii: separator))
        time.write(fraction: fraction, into: &bytes)
    }
}

extension [UInt8] {
    /// Appends a number that is not negative, with zeros in front up to that many digits; a longer one is written whole.
    fileprivate mutating func append(number: Int, digits: Int) {
        var power = 1
        for _ in 1..<digits { power *= 10 }
        while number / power > 9 { power *= 10 }
        while power > 0 {
            append(UInt8(ascii: "0") + UInt8(number / power % 10))
            power /= 10
        }
    }

    fileprivate mutating func append(fraction number: Int, digits: Int) {
        append(UInt8(ascii: "."))
        append(number: number, digits: digits)
    }
}

/// A time zone: how far local clocks are from UTC at every instant, by the rules of one file of the tz database.
///
/// Made from bytes, so that this room reads no files. Two zones are equal when their names and their rules are.
public struct Zone: Sendable {
    public let name: String

    /// When the clocks change, in seconds since 1970, strictly ascending; `kinds[i]` is in force from `changes[i]` on.
    let changes: [Int64]
    let kinds: [UInt8]
    /// `offsets[0]` is in force before the first change.
    let offsets: [Offset]
    /// In force from the last change on.
    let rule: PosixRule?

    /// How far a zone's clocks are from UTC during some time.
    public struct Offset: Hashable, Sendable {
        /// Seconds to add to UTC; negative west of Greenwich.
        public let seconds: Int
        /// `CET`, `EDT`, or `+0545` where no letters are in use.
        public let abbreviation: String
        /// Whether the tz database calls this daylight saving time. Ireland's is in winter, with a negative saving.
        public let isDST: Bool

        public init(seconds: Int, abbreviation: String, isDST: Bool) {
            self.seconds = seconds
            self.abbreviation = abbreviation
            self.isDST = isDST
        }
    }

    /// A time during which the offset does not change: from `start` on, until before `end`.
    struct Period {
        /// `Int64.min` when there is no change before it.
        var start: Int64
        /// `Int64.max` when there is no change after it.
        var end: Int64
        var offset: Offset
    }

    /// Coordinated Universal Time; needs no file.
    public static let utc = Zone(
        name: "UTC", changes: [], kinds: [], offsets: [Offset(seconds: 0, abbreviation: "UTC", isDST: false)], rule: nil
    )

    /// In bytes; longer files are refused. The longest file of the tz database has 4 kB; the limit keeps whoever reads
    /// files from taking a wrong one into memory.
    public static let fileSizeLimit = 256 * 1_024

    /// Reads a TZif file of version 1 to 4 (RFC 9636, which replaces RFC 8536). Files that count leap seconds, as those
    /// under `right/`, are refused: `Instant` does not count them.
    public init(name: String, tzif: [UInt8]) throws(TimeFault) {
        do {
            let file = try TZif(tzif)
            self.init(
                name: name, changes: file.changes, kinds: file.kinds, offsets: file.offsets,
                rule: file.footer.isEmpty ? nil : try PosixRule(file.footer))
        } catch {
            throw TimeFault(at: name, "the time zone file cannot be used: " + error.reason)
        }
    }

    private init(name: String, changes: [Int64], kinds: [UInt8], offsets: [Offset], rule: PosixRule?) {
        self.name = name
        self.changes = changes
        self.kinds = kinds
        self.offsets = offsets
        self.rule = rule
    }

    /// The offset in force at that instant.
    public func offset(at instant: Instant) -> Offset {
        period(at: instant.microseconds.dividedDown(by: 1_000_000).quotient).offset
    }

    /// What the zone's clocks show at that instant.
    public func civil(at instant: Instant) -> CivilDateTime {
        CivilDateTime(at: instant, offset: offset(at: instant).seconds)
    }

    /// The first instant after the given one at which the tz database notes a change: of the offset, of the
    /// abbreviation or of the daylight saving flag. Nil when there is none.
    public func nextChange(after instant: Instant) -> Instant? {
        let end = period(at: instant.microseconds.dividedDown(by: 1_000_000).quotient).end
        let (microseconds, overflow) = end.multipliedReportingOverflow(by: 1_000_000)
        return overflow ? nil : Instant(microseconds: microseconds)
    }

    func period(at second: Int64) -> Period {
        guard let last = changes.last else {
            return rule?.period(at: second) ?? Period(start: .min, end: .max, offset: offsets[0])
        }
        if second >= last {
            guard let rule else {
                return Period(start: last, end: .max, offset: offsets[Int(kinds[kinds.count - 1])])
            }
            var period = rule.period(at: second)
            period.start = max(period.start, last)
            return period
        }
        // The number of changes at or before `second`.
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle] <= second { low = middle + 1 } else { high = middle }
        }
        if low == 0 { return Period(start: .min, end: changes[0], offset: offsets[0]) }
        return Period(start: changes[low - 1], end: changes[low], offset: offsets[Int(kinds[low - 1])])
    }
}

extension Zone: Hashable {
    public static func == (left: Zone, right: Zone) -> Bool {
        left.name == right.name && left.changes == right.changes && left.kinds == right.kinds
            && left.offsets == right.offsets && left.rule == right.rule
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
    }
}

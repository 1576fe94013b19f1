import Chronology
import Notation
import OnCall

/// What an import needs to know besides the exports.
public struct MigrationContext {
    /// Somebody who has an account already. People of an export are the same when the e-mail address is; then no document
    /// is made for them, so that an import never changes what somebody may do.
    public struct Person: Hashable, Sendable {
        public let id: UserID
        public let name: String
        public let email: String

        public init(id: UserID, name: String, email: String) {
            self.id = id
            self.name = name
            self.email = email
        }
    }

    public let people: [Person]
    /// From now on, until when: what ended before is not imported, and what a rotation cannot say becomes overrides until
    /// its end.
    public let horizon: TimeSpan
    /// For times without a zone, and for schedules that name none; nil: those are left out.
    public let usualZone: String?
    /// The zone of a name of the tz database, nil where this machine has none.
    public let zone: (String) -> Zone?

    /// - Throws: an `InputFault` at `horizon` or `zone`.
    public init(
        people: [Person] = [], horizon: TimeSpan, usualZone: String? = nil, zone: @escaping (String) -> Zone?
    ) throws(InputFault) {
        try Self.check(horizon)
        if let usualZone, zone(usualZone) == nil {
            throw InputFault(at: "zone", "\"\(usualZone)\" is not a time zone that this machine knows")
        }
        self.people = people
        self.horizon = horizon
        self.usualZone = usualZone
        self.zone = zone
    }

    /// What can be asked about: some time, within years that are written with four digits, of bounded length.
    static func check(_ span: TimeSpan) throws(InputFault) {
        guard !span.isEmpty else { throw InputFault(at: "horizon", "the time ends after it begins") }
        guard span.start >= earliest, span.end <= latest else {
            throw InputFault(at: "horizon", "the time lies between the years 1970 and 2200")
        }
        guard span.length <= .days(MigrationLimits.horizonDays) else {
            throw InputFault(at: "horizon", "the time is at most \(MigrationLimits.horizonDays) days long")
        }
    }

    static let earliest = Instant(seconds: 0)
    /// 2200-01-01T00:00:00Z.
    static let latest = Instant(seconds: 7_258_118_400)
}

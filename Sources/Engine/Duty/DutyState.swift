import Chronology
import Notation
import OnCall
import Storage

/// What the engine remembers of a schedule between two looks at it. Who is on call is never in it: that is a function of time.
struct DutyState {
    /// Up to when, this instant included, what the schedule brings has been seen to; nil: never.
    var lookedAt: Instant?
    /// How it was before changes that people have not been told of yet.
    var before: Before?
    /// Who was put into the user group last, and into which; nil: nobody ever was.
    var group: String?

    /// Who was to be on call when, as people knew it.
    struct Before: Hashable {
        let times: [UserID: [TimeSpan]]
        let gaps: [TimeSpan]
        /// How far ahead that goes.
        let until: Instant
        /// When it was changed first of those, and last.
        let beganAt: Instant
        var changedAt: Instant
        /// Who has changed it: whoever did alone needs no telling.
        var actors: [Actor]

        /// When people are told: once it is quiet, but not after any length of changing.
        var due: Instant { min(changedAt + DutyLimits.settling, beganAt + DutyLimits.longestSettling) }
    }

    static func read(_ schedule: ScheduleID, on connection: any Connection) throws -> DutyState {
        try connection.first(
            "SELECT looked_at, before, group_of FROM duty WHERE schedule = ?", [.text(schedule.text)]
        ) { row in
            DutyState(
                lookedAt: row.instant(0),
                before: try row.optionalText(1).map { try Before(try JSON(parsing: Array($0.utf8), limits: .stored)) },
                group: row.optionalText(2))
        } ?? DutyState()
    }

    func write(_ schedule: ScheduleID, on connection: any Connection) throws {
        try connection.execute(
            """
            INSERT INTO duty (schedule, looked_at, before, group_of) VALUES (?, ?, ?, ?) \
            ON CONFLICT (schedule) DO UPDATE SET looked_at = excluded.looked_at, before = excluded.before, \
            group_of = excluded.group_of
            """,
            [
                .text(schedule.text), SQLValue(lookedAt ?? connection.now), SQLValue(before?.json.text),
                SQLValue(group),
            ])
    }
}

extension DutyState.Before {
    /// - Parameter schedule: as it was; nil: there was none, so nobody was on call and nobody was missed.
    init(_ schedule: Schedule?, _ absences: Absences, at now: Instant) {
        let span = TimeSpan(now, now + DutyLimits.outlook)
        times = schedule?.times(in: span, absences: absences) ?? [:]
        gaps = schedule.map { Coverage.gaps($0.shifts(in: span, absences: absences), in: span) } ?? [span]
        until = span.end
        beganAt = now
        changedAt = now
        actors = []
    }

    private static func json(_ spans: [TimeSpan]) -> JSON {
        .array(spans.map { .array([.integer($0.start.microseconds), .integer($0.end.microseconds)]) })
    }

    private static func spans(_ json: JSON?) -> [TimeSpan] {
        (json?.array ?? []).compactMap { pair in
            guard let ends = pair.array, ends.count == 2, let start = ends[0].integer, let end = ends[1].integer else {
                return nil
            }
            return TimeSpan(Instant(microseconds: start), Instant(microseconds: end))
        }
    }

    var json: JSON {
        [
            "times": .object(
                times.sorted { $0.key < $1.key }.map { JSON.Member($0.key.text, Self.json($0.value)) }),
            "gaps": Self.json(gaps), "until": .integer(until.microseconds),
            "beganAt": .integer(beganAt.microseconds), "changedAt": .integer(changedAt.microseconds),
            "actors": .array(actors.map { .string($0.text) }),
        ]
    }

    init(_ json: JSON) throws(InputFault) {
        var times: [UserID: [TimeSpan]] = [:]
        for member in json["times"]?.members ?? [] { times[UserID(member.name)] = Self.spans(member.value) }
        self.times = times
        gaps = Self.spans(json["gaps"])
        until = Instant(microseconds: try json.number("until"))
        beganAt = Instant(microseconds: try json.number("beganAt"))
        changedAt = Instant(microseconds: try json.number("changedAt"))
        var actors: [Actor] = []
        for text in (json["actors"]?.array ?? []).compactMap(\.string) { actors.append(try Actor(text: text)) }
        self.actors = actors
    }
}

/// Figures of what is told about shifts, and why.
enum DutyLimits {
    /// How far ahead people know their shifts by heart; what changes beyond it they find in the calendar.
    static let outlook = Duration.days(14)
    /// Whoever rearranges a week makes several changes; people are told once, when it has been quiet for so long.
    static let settling = Duration.minutes(2)
    /// A program that never ceases to change something must not keep people from knowing.
    static let longestSettling = Duration.minutes(15)
    /// When whoever has come on call is asked again whether they have taken over.
    static let patience = Duration.minutes(30)
    /// When people are told of a time without anybody.
    static let gapWarnings = [Duration.days(7), .days(1)]
    /// A schedule whose next event is farther off is looked at so often.
    static let longestPause = Duration.days(1)
    /// Times in one message.
    static let lines = 8
}

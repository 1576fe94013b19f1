import Notation

/// How much is read before an import is refused. Exports are large, but they come from strangers' programs all the same.
public enum MigrationLimits {
    /// Files of one import: as many as there are pages of an API's lists.
    public static let files = 500
    /// Bytes of one file.
    public static let bytes = 16 << 20
    /// Objects (people, schedules, rules, …) of one import; beyond it a list is a mistake of a script.
    public static let objects = 20_000
    /// Findings of one import; nobody reads more.
    public static let findings = 50_000
    /// Lines of one calendar, folded ones counted as they stand.
    public static let calendarLines = 400_000
    /// Bytes of one unfolded line of a calendar.
    public static let calendarLine = 256 << 10
    /// Events of one calendar, changed occurrences included.
    public static let events = 10_000
    /// Components inside one another.
    public static let calendarDepth = 8
    /// Occurrences of one calendar within the time that is asked about.
    public static let occurrences = 50_000
    /// Shifts of one schedule that are compared with its layers.
    public static let shifts = 20_000
    /// Periods (days, weeks, …) of one rule that are gone through.
    public static let periods = 200_000
    /// Values of one part of a rule, such as BYDAY, and dates of one RDATE or EXDATE.
    public static let values = 5_000
    /// Changes of clocks of one zone of a calendar's own.
    public static let clockChanges = 2_000
    /// The longest time that may be asked about: ten years and some days, for leap years.
    public static let horizonDays: Int64 = 3_660

    /// Of the JSON of an export.
    static let json = JSONLimits(
        bytes: bytes, depth: 48, members: 10_000, values: 2_000_000, stringBytes: 1 << 20)
}

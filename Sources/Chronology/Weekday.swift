/// A day of the week, numbered as ISO 8601 does: Monday is 1, Sunday is 7.
public enum Weekday: Int, CaseIterable, Hashable, Sendable {
    case monday = 1
    case tuesday, wednesday, thursday, friday, saturday, sunday

    /// The English name, `Monday`.
    public var name: String {
        switch self {
        case .monday: "Monday"
        case .tuesday: "Tuesday"
        case .wednesday: "Wednesday"
        case .thursday: "Thursday"
        case .friday: "Friday"
        case .saturday: "Saturday"
        case .sunday: "Sunday"
        }
    }

    /// The first three letters of the name, `Mon`.
    public var shortName: String { String(name.prefix(3)) }

    /// The day of an English name or its first three letters, in upper or lower case: `Mon`, `monday`.
    public init?(word: String) {
        let key = word.lowercased()
        guard let day = Self.allCases.first(where: { $0.name.lowercased() == key || $0.shortName.lowercased() == key })
        else { return nil }
        self = day
    }
}

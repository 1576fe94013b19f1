import Chronology
import Engine
import Notation
import OnCall

/// How long it takes to say who is on call, beside a floor: what the zone's clock shows at that instant, which every answer
/// needs at least once.
struct ScheduleTimes {
    private static let rounds = 15
    private static let questions = 10_000

    let text: String

    init() {
        let zones = ZoneDirectory()
        let names = ["America/New_York", "Europe/Berlin", "Asia/Tokyo"]
        // Without the machine's zones everything is asked in UTC, and the floor is lower too.
        let found = names.map { (try? zones.zone($0)) ?? .utc }
        let start = Instant(seconds: 1_767_225_600)
        do {
            let layers = try (0..<10).map { index in try Self.layer(index, found[index % found.count]) }
            let ten = try Schedule(id: ScheduleID("sch_1"), name: "Ten layers", zone: found[0], layers: layers)
            let hundred = try (0..<100).map { index in
                try Schedule(
                    id: ScheduleID("sch_\(index)"), name: "S\(index)", zone: found[index % found.count],
                    layers: [try Self.layer(index, found[index % found.count])])
            }
            var seen = 0
            let floor = Self.best {
                for number in 0..<Self.questions {
                    seen += found[0].civil(at: start + .minutes(Int64(number) * 53)).time.hour
                }
            }
            let question = Self.best {
                for number in 0..<Self.questions { seen += ten.onCall(at: start + .minutes(Int64(number) * 53)).count }
            }
            let year = Self.best {
                for schedule in hundred { seen += schedule.shifts(in: TimeSpan(start, start + .days(365))).count }
            }
            text = """
                who is on call, 10 layers        \(Self.each(question)) us  (\(Self.ratio(question, floor)) x floor)
                what a zone's clock shows        \(Self.each(floor)) us  (the floor)
                a year of shifts, 100 schedules  \(Int((year / .milliseconds(1)).rounded())) ms\(seen == 0 ? " " : "")
                """
        } catch {
            text = "The schedules cannot be made: \(error)"
        }
    }

    /// Daily turns on weekdays, weekly ones around the clock.
    private static func layer(_ index: Int, _ zone: Zone) throws -> Layer {
        let nine = LocalTime.midnight.adding(minutes: 9 * 60)
        let windows = [WeekWindow(from: .init(.monday, nine), to: .init(.friday, nine))]
        return try Layer(
            id: "l\(index)", name: "Layer", zone: zone,
            start: CivilDateTime(try CivilDate(year: 2025, month: 1, day: 6), nine),
            turn: index.isMultiple(of: 2) ? .weeks(1) : .days(1), groups: (0..<7).map { [UserID("usr_\($0)")] },
            windows: index.isMultiple(of: 3) ? windows : [])
    }

    private static func best(_ work: () -> Void) -> Swift.Duration {
        var best = Swift.Duration.seconds(3_600)
        let clock = ContinuousClock()
        for _ in 0..<rounds { best = min(best, clock.measure(work)) }
        return best
    }

    private static func each(_ all: Swift.Duration) -> String {
        let hundredths = Int((all / .microseconds(questions) * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }

    private static func ratio(_ one: Swift.Duration, _ other: Swift.Duration) -> Int { Int((one / other).rounded()) }
}

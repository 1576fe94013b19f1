import Chronology
import TestSupport
import Testing

@Suite struct CadenceTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let every: String
        let roll: Cadence.Overrun
        let last: String
        let target: String
        let limit: String

        init(_ every: String, _ roll: Cadence.Overrun = .open, last: String, _ target: String, limit: String? = nil) {
            self.every = every
            self.roll = roll
            self.last = last
            self.target = target
            self.limit = limit ?? target
        }

        var testDescription: String { "every \(every), \(roll), last \(last)" }
    }

    /// Monday to Friday 09:00-12:00 and 13:00-17:00 in Berlin; the 1st of January is a holiday.
    @Test(arguments: [
        Row("30m", last: "2024-12-30T09:00:00Z", "2024-12-30T09:30:00Z"),
        // An interval that ends where the hours do ends within them.
        Row("30m", last: "2024-12-30T10:30:00Z", "2024-12-30T11:00:00Z"),
        Row("30m", last: "2024-12-30T10:45:00Z", "2024-12-30T12:00:00Z"),
        Row("30m", .carry, last: "2024-12-30T10:45:00Z", "2024-12-30T12:15:00Z"),
        Row("30m", .carry, last: "2024-12-30T10:30:00Z", "2024-12-30T11:00:00Z"),
        Row("8h", last: "2024-12-31T15:00:00Z", "2025-01-02T08:00:00Z"),
        Row("8h", .carry, last: "2024-12-31T15:00:00Z", "2025-01-02T16:00:00Z"),
        Row("15m..1h", last: "2024-12-31T15:30:00Z", "2024-12-31T15:45:00Z", limit: "2025-01-02T08:00:00Z"),
        Row("15m..1h", .carry, last: "2024-12-31T15:30:00Z", "2024-12-31T15:45:00Z", limit: "2025-01-02T08:30:00Z"),
        Row("business day", last: "2024-12-31T09:15:00Z", "2025-01-02T09:15:00Z"),
        // From outside of hours: the nearest time of the next business day that is within.
        Row("business day", last: "2024-12-30T05:00:00Z", "2024-12-31T08:00:00Z"),
        Row("business day", last: "2024-12-30T20:00:00Z", "2024-12-31T16:00:00Z"),
        Row("business day", last: "2024-12-30T11:30:00Z", "2024-12-31T12:00:00Z"),
        Row("business day", .carry, last: "2024-12-28T09:15:00Z", "2024-12-30T09:15:00Z"),
    ])
    func `the next update is within hours`(_ row: Row) throws {
        let berlin = try WorkingHours.calendar(
            "berlin", "Europe/Berlin", "09:00-12:00, 13:00-17:00", holidays: [WorkingHours.holiday("2025-01-01", "a")])
        let cadence = try Cadence(every: WorkingHours.notation().interval(row.every), within: berlin, roll: row.roll)
        let due = cadence.next(after: try .at(row.last), in: .init(zone: .utc))
        #expect([due.target, due.limit] == [try .at(row.target), try .at(row.limit)])
    }

    @Test func `without a calendar updates are owed day and night`() throws {
        for roll in Cadence.Overrun.allCases {
            let cadence = try Cadence(every: .window(target: .minutes(15), limit: .minutes(30)), roll: roll)
            let last = try Instant.at("2024-03-09T23:50:00Z")
            let due = cadence.next(after: last, in: .init(zone: .utc))
            #expect([due.target, due.limit] == [last + .minutes(15), last + .minutes(30)])
        }
    }

    @Test func `the interval grows with the age of the incident`() throws {
        let cadence = try Cadence(
            every: .elapsed(.minutes(20)),
            after: [
                .init(after: .hours(8), every: .elapsed(.hours(4))),
                .init(after: .hours(2), every: .elapsed(.hours(1))),
            ])
        let start = try Instant.at("2024-03-09T10:00:00Z")
        let minutes: [Int64] = [-5, 0, 119, 120, 479, 480, 100_000]
        let next = minutes.map { minute in
            let last = start + .minutes(minute)
            return cadence.next(after: last, started: start, in: .init(zone: .utc)).target.map { $0 - last }
        }
        #expect(next == [20, 20, 20, 60, 60, 240, 240].map { .minutes($0) })
        #expect(cadence.next(after: start + .days(1), in: .init(zone: .utc)).target == start + .days(1) + .minutes(20))
        #expect(cadence.after.map(\.after) == [.hours(2), .hours(8)])
    }

    @Test func `a cadence that cannot be is refused with the place`() throws {
        let support = try WorkingHours.support()
        func fault(
            _ every: Cadence.Interval, _ within: BusinessCalendar? = nil, _ after: [Cadence.Decay] = []
        ) -> TimeFault? {
            do throws(TimeFault) {
                _ = try Cadence(every: every, within: within, after: after)
                return nil
            } catch {
                return error
            }
        }
        let hour = Cadence.Interval.elapsed(.hours(1))
        #expect(
            [
                fault(.elapsed(.seconds(59))), fault(.elapsed(.days(367))), fault(.elapsed(.minutes(-1))),
                fault(.window(target: .hours(2), limit: .hours(1))), fault(.window(target: .zero, limit: .hours(1))),
                fault(.businessDay), fault(.businessDay, support), fault(hour, nil, [.init(after: .zero, every: hour)]),
                fault(hour, nil, [.init(after: .hours(2), every: hour), .init(after: .hours(2), every: hour)]),
                fault(hour, nil, [.init(after: .hours(2), every: .businessDay)]),
                fault(hour, nil, (1...11).map { .init(after: .hours($0), every: hour) }),
            ] == [
                TimeFault(at: "every", "an interval is 1 min to 366 d, not 59 s"),
                TimeFault(at: "every", "an interval is 1 min to 366 d, not 367 d"),
                TimeFault(at: "every", "an interval is 1 min to 366 d, not -1 min"),
                TimeFault(at: "every", "the window ends before it begins"),
                TimeFault(at: "every", "an interval is 1 min to 366 d, not 0 s"),
                TimeFault(at: "every", "business days need a calendar: say within which"), nil,
                TimeFault(at: "after", "a step begins some time after the start, not 0 s after it"),
                TimeFault(at: "after", "two steps begin after 2 h"),
                TimeFault(at: "after 2 h", "business days need a calendar: say within which"),
                TimeFault(at: "after", "there are 11 steps, more than 10"),
            ])
    }

    @Test func `a calendar that stays closed owes no update`() throws {
        let closed = try BusinessCalendar(
            name: "fair", zone: .utc, hours: [:], holidays: [WorkingHours.holiday("2024-03-01", "Fair", "10:00-12:00")])
        let last = try Instant.at("2024-03-01T11:50:00Z")
        for roll in Cadence.Overrun.allCases {
            for every in [Cadence.Interval.elapsed(.minutes(30)), .businessDay] {
                let due = try Cadence(every: every, within: closed, roll: roll).next(after: last, in: .init(zone: .utc))
                #expect([due.target, due.limit] == [nil, nil])
                #expect(due.explanation.contains { $0.hasPrefix("fair is not open for long enough") })
            }
        }
    }
}

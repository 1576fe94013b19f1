import Chronology
import Notation
import Paging
import Testing

@Suite struct NotificationRulesTests {
    private static let ways = ["mail", "sms", "voice"].map {
        Contact(user: ana, method: ContactMethodID($0), channel: $0)
    }

    private static func instant(_ text: String) -> Instant {
        do { return try Instant(rfc3339: text) } catch { preconditionFailure("\(text): \(error)") }
    }

    private static func hours(_ from: String, _ to: String, _ days: [String] = []) throws -> WeeklyHours {
        try WeeklyHours(
            ["from": .string(from), "to": .string(to), "days": .array(days.map(JSON.string)), "zone": "UTC"], at: ""
        ) { $0 == "UTC" ? .utc : nil }
    }

    @Test func `without rules every way is used at once`() {
        let found = NotificationRules.none.contacts(Self.ways, for: .high, at: start)
        #expect(found == Self.ways)
    }

    @Test func `steps are taken in the order of their delays, each way once, and by urgency`() throws {
        let rules = NotificationRules(
            high: [
                .init(method: ContactMethodID("voice"), delay: .minutes(2)),
                .init(method: ContactMethodID("sms"), delay: .zero),
                .init(method: ContactMethodID("sms"), delay: .minutes(5)),
            ], low: [.init(method: ContactMethodID("mail"), delay: .zero)], sleep: nil)
        let high = rules.contacts(Self.ways, for: .high, at: start)
        #expect(high.map(\.method.text) == ["sms", "voice"])
        #expect(high.map(\.delay) == [.zero, .minutes(2)])
        #expect(rules.contacts(Self.ways, for: .low, at: start).map(\.method.text) == ["mail"])
    }

    @Test func `rules that fit no way or no hour leave nobody asleep`() throws {
        let rules = NotificationRules(
            high: [.init(method: ContactMethodID("voice"), delay: .zero, hours: try Self.hours("08:00", "20:00"))],
            low: [], sleep: nil)
        let night = Self.instant("2027-03-01T03:00:00Z")
        #expect(rules.contacts(Self.ways, for: .high, at: night) == Self.ways)
        let noon = Self.instant("2027-03-01T12:00:00Z")
        #expect(rules.contacts(Self.ways, for: .high, at: noon).map(\.method.text) == ["voice"])
        #expect(rules.contacts([Self.ways[0]], for: .high, at: noon) == [Self.ways[0]], "the phone is switched off")
    }

    @Test func `what is not urgent waits for the end of sleep; what is passes`() throws {
        let rules = NotificationRules(high: [], low: [], sleep: try Self.hours("22:00", "07:00"))
        let night = Self.instant("2027-03-01T03:00:00Z")
        #expect(rules.contacts(Self.ways, for: .high, at: night).allSatisfy { $0.delay == .zero })
        #expect(rules.contacts(Self.ways, for: .low, at: night).allSatisfy { $0.delay == .hours(4) })
        #expect(rules.pause(at: Self.instant("2027-03-01T07:00:00Z")) == .zero)
        #expect(rules.pause(at: Self.instant("2027-03-01T22:00:00Z")) == .hours(9))
    }

    // MARK: Hours

    @Test func `hours past midnight belong to the day on which they begin`() throws {
        let hours = try Self.hours("22:00", "06:00", ["Fri"])
        #expect(hours.contains(Self.instant("2027-03-05T23:00:00Z")), "Friday night")
        #expect(hours.contains(Self.instant("2027-03-06T05:59:59Z")), "Saturday morning")
        #expect(!hours.contains(Self.instant("2027-03-06T06:00:00Z")))
        #expect(!hours.contains(Self.instant("2027-03-05T05:00:00Z")), "the night before")
        #expect(hours.next(from: Self.instant("2027-03-06T06:00:00Z")) == Self.instant("2027-03-12T22:00:00Z"))
    }

    @Test func `equal times are the whole day, and a year's end is a day like others`() throws {
        let hours = try Self.hours("00:00", "00:00", ["Sat", "Sun"])
        #expect(hours.contains(Self.instant("2028-01-01T12:00:00Z")), "a Saturday")
        #expect(!hours.contains(Self.instant("2027-12-31T23:59:59Z")))
        #expect(hours.next(from: Self.instant("2027-12-31T23:59:59Z")) == Self.instant("2028-01-01T00:00:00Z"))
        #expect(hours.end(at: Self.instant("2028-01-01T12:00:00Z")) == Self.instant("2028-01-02T00:00:00Z"))
    }

    @Test(arguments: [
        ("{\"from\": \"09:00\"}", "/to"), ("{\"from\": \"25:00\", \"to\": \"10:00\"}", "/from"),
        ("{\"from\": \"09:00\", \"to\": \"10:00\", \"zone\": \"Mars/Base\"}", "/zone"),
        ("{\"from\": \"09:00\", \"to\": \"10:00\"}", "/zone"),
        ("{\"from\": \"09:00\", \"to\": \"10:00\", \"zone\": \"UTC\", \"days\": [\"Someday\"]}", "/days/0"),
        ("[]", ""),
    ])
    func `hours that cannot be read name the place`(text: String, place: String) throws {
        let json = try JSON(parsing: text, limits: .api)
        do {
            _ = try WeeklyHours(json, at: "") { $0 == "UTC" ? .utc : nil }
            // A zone that is missing is only found out when everything else is right.
            Issue.record("\(text) was read")
        } catch {
            #expect(error.place == place)
        }
    }

    // MARK: Urgency

    @Test func `a severity is urgent by the service's own measure, in its hours and outside`() throws {
        let rule = UrgencyRule(
            urgentRank: 2, hours: try Self.hours("09:00", "17:00", ["Mon", "Tue", "Wed", "Thu", "Fri"]),
            outsideRank: 0, waits: true)
        let work = Self.instant("2027-03-01T10:00:00Z")
        let friday = Self.instant("2027-03-05T18:00:00Z")
        #expect(rule.verdict(onRank: 2, at: work).urgency == .high)
        #expect(
            rule.verdict(onRank: 3, at: work)
                == .init(urgency: .low, heldUntil: nil, why: "Its severity is not urgent for this service."))
        #expect(rule.verdict(onRank: 0, at: friday).urgency == .high)
        let waiting = rule.verdict(onRank: 1, at: friday)
        #expect(waiting.urgency == .low && waiting.heldUntil == Self.instant("2027-03-08T09:00:00Z"), "Monday")
        #expect(waiting.why?.contains("09:00") == true, "\(waiting.why ?? "")")
    }

    @Test func `without a rule everything is urgent`() {
        #expect(
            UrgencyRule(urgentRank: nil).verdict(onRank: 9, at: start)
                == .init(urgency: .high, heldUntil: nil, why: nil))
    }
}

import Chronology
import Migrating
import Notation
import OnCall
import TestSupport
import Testing

/// Details of the exports, each by itself.
@Suite struct VendorDetailTests {
    private func migrated(_ text: String, _ source: MigrationSource) throws -> Migration {
        try Migration(
            of: [.init(name: "a.json", bytes: Array(text.utf8), source: source)], try Exports.plain())
    }

    private let two = """
        [{"id": "A", "type": "user", "name": "A", "email": "a@x.example"}, \
        {"id": "B", "type": "user", "name": "B", "email": "b@x.example"}]
        """

    private func pagerDuty(
        turn: String, users: [String] = ["A", "B"], restrictions: String = "", start: String = "2026-01-05T09:00:00Z",
        virtual: String = "2026-01-05T09:00:00Z"
    ) throws -> Migration {
        let people = users.map { #"{"user": {"id": "\#($0)"}}"# }.joined(separator: ",")
        return try migrated(
            """
            {"users": \(two), "schedules": [{"id": "S", "name": "S", "time_zone": "UTC", "schedule_layers": [
              {"id": "L", "name": "L", "start": "\(start)", "rotation_virtual_start": "\(virtual)", "end": null,
               "rotation_turn_length_seconds": \(turn), "users": [\(people)], "restrictions": [\(restrictions)]}]}]}
            """, .pagerDuty)
    }

    @Test(arguments: [
        ("604800", "week 1"), ("1209600", "week 2"), ("86400", "day 1"), ("259200", "day 3"), ("43200", "hour 12"),
        ("3600", "hour 1"),
    ])
    func `PagerDuty's turns are whole weeks, days or hours`(seconds: String, turn: String) throws {
        let every = try pagerDuty(turn: seconds).document(.schedule, "s")?["layers"]?.array?.first?["every"]
        #expect("\(every?["unit"]?.string ?? "") \(every?["count"]?.integer ?? 0)" == turn)
    }

    @Test(arguments: ["5400", "0", "-86400", "null", "1e300", "9223372036854775807", "86400.5", "604800000000"])
    func `other turns are left out, and a turn of one person is no turn`(seconds: String) throws {
        #expect(try pagerDuty(turn: seconds).verdicts("layer") == ["left-out L"])
        if seconds == "5400" {
            #expect(try pagerDuty(turn: seconds, users: ["A"]).verdicts("layer") == ["mapped L"])
        }
    }

    @Test(arguments: [
        (#"{"type": "daily_restriction", "start_time_of_day": "08:30:00", "duration_seconds": 86400}"#, "[]"),
        (
            #"{"type": "daily_restriction", "start_time_of_day": "22:30:00", "duration_seconds": 34200}"#,
            #"[{"days":[],"from":"22:30","to":"08:00"}]"#
        ),
        (
            #"{"type": "weekly_restriction", "start_day_of_week": 5, "start_time_of_day": "17:00:00", "duration_seconds": 226800}"#,
            #"[{"from":"Fri 17:00","to":"Mon 08:00"}]"#
        ),
        (
            #"{"type": "weekly_restriction", "start_day_of_week": 7, "start_time_of_day": "00:00:00", "duration_seconds": 604800}"#,
            "[]"
        ),
        (#"{"type": "daily_restriction", "start_time_of_day": "08:30:15", "duration_seconds": 3600}"#, "left out"),
        (#"{"type": "daily_restriction", "start_time_of_day": "08:30:00", "duration_seconds": 3601}"#, "left out"),
        (#"{"type": "daily_restriction", "start_time_of_day": "08:30:00", "duration_seconds": 86460}"#, "left out"),
        (
            #"{"type": "weekly_restriction", "start_day_of_week": 0, "start_time_of_day": "08:30:00", "duration_seconds": 60}"#,
            "left out"
        ),
        (#"{"type": "monthly_restriction", "start_time_of_day": "08:30:00", "duration_seconds": 60}"#, "left out"),
    ])
    func `PagerDuty's restrictions are windows by whole minutes`(restriction: String, windows: String) throws {
        let result = try pagerDuty(turn: "86400", restrictions: restriction)
        let layer = result.document(.schedule, "s")?["layers"]?.array?.first
        #expect(layer?["windows"]?.text ?? "left out" == windows)
    }

    @Test func `a layer that would begin before its first hand-off to come begins with it, and says so`() throws {
        let result = try pagerDuty(turn: "86400", start: "2026-04-01T00:00:00Z", virtual: "2026-04-02T09:00:00Z")
        #expect(result.verdicts("layer") == ["changed L"])
        #expect(
            try result.schedule("s").lines("2026-04-01T00:00:00Z", "2026-04-04T00:00:00Z") == [
                "a 2026-04-02T09:00:00Z 24h", "b 2026-04-03T09:00:00Z 15h",
            ])
    }

    @Test(
        arguments: [
            ("49", "1701234567", "+491701234567"), ("\"1\"", "(202) 555-0123", "+12025550123"),
            ("44", "20 7946 0958", "+442079460958"), ("49", "01701234567", nil), ("49", "", nil),
            ("0", "1701234567", nil),
            ("49", "17012345678901234", nil), ("49", "CALL-ME", nil), ("49", "1234", nil),
            ("null", "+491701234567", nil),
        ] as [(String, String, String?)])
    func `PagerDuty's numbers are those of E_164 or left out`(code: String, number: String, found: String?) throws {
        let result = try migrated(
            """
            {"users": [{"id": "A", "type": "user", "name": "A", "email": "a@x.example", "contact_methods": [
              {"id": "C", "type": "sms_contact_method", "address": "\(number)", "country_code": \(code)}]}]}
            """, .pagerDuty)
        #expect(result.document(.user, "a")?["contacts"]?.array?.first?["destination"]?.string == found)
        #expect(result.verdicts("contact method") == [found == nil ? "left-out C" : "changed C"])
    }

    @Test(arguments: [
        (
            #"{"type": "time-of-day", "restriction": {"startHour": 22, "startMin": 30, "endHour": 6, "endMin": 0}}"#,
            #"[{"days":[],"from":"22:30","to":"06:00"}]"#
        ),
        (#"{"type": "time-of-day", "restriction": {"startHour": 8, "endHour": 8}}"#, "[]"),
        (
            #"{"type": "time-of-day", "restriction": {"startHour": 18, "endHour": 24}}"#,
            #"[{"days":[],"from":"18:00","to":"00:00"}]"#
        ),
        (
            #"{"type": "weekday-and-time-of-day", "restrictions": [{"startDay": "friday", "startHour": 17, "endDay": "monday", "endHour": 8}]}"#,
            #"[{"from":"Fri 17:00","to":"Mon 08:00"}]"#
        ),
        (#"{"type": "time-of-day", "restriction": {"startHour": 25, "endHour": 8}}"#, "left out"),
        (#"{"type": "moon", "restriction": {"startHour": 5, "endHour": 8}}"#, "left out"),
        ("{}", "[]"), ("null", "[]"),
    ])
    func `Opsgenie's restrictions are windows`(restriction: String, windows: String) throws {
        let result = try migrated(
            """
            {"users": [{"id": "a", "username": "a@x.example", "fullName": "A"}],
             "schedules": [{"id": "s", "name": "S", "timezone": "UTC", "rotations": [
               {"id": "r", "name": "R", "startDate": "2026-01-05T09:00:00Z", "type": "daily", "length": 1,
                "participants": [{"type": "user", "id": "a"}], "timeRestriction": \(restriction)}]}]}
            """, .opsgenie)
        let layer = result.document(.schedule, "s")?["layers"]?.array?.first
        #expect(layer?["windows"]?.text ?? "left out" == windows)
    }

    @Test func `GoAlert's turns of months go on the same day, and a rotation that is yet to start runs already`() throws
    {
        func run(_ start: String) throws -> Migration {
            try migrated(
                """
                {"data": {"users": [{"id": "a", "name": "A", "email": "a@x.example"}, {"id": "b", "name": "B", "email": "b@x.example"}],
                  "rotations": [{"id": "r", "name": "R", "type": "monthly", "shiftLength": 1, "start": "\(start)",
                    "timeZone": "UTC", "userIDs": ["a", "b"], "activeUserIndex": 0}],
                  "schedules": [{"id": "s", "name": "S", "timeZone": "UTC", "targets": [
                    {"target": {"id": "r", "type": "rotation"}, "rules": [{"start": "00:00", "end": "00:00",
                      "weekdayFilter": [true, true, true, true, true, true, true]}]}]}]}}
                """, .goAlert)
        }
        #expect(
            try run("2026-06-10T09:00:00Z").schedule("s").lines("2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z") == [
                "a 2026-03-01T00:00:00Z 225h", "b 2026-03-10T09:00:00Z 744h", "a 2026-04-10T09:00:00Z 495h",
            ])
        #expect(try run("2025-01-31T09:00:00Z").verdicts("rotation") == ["changed r"])
    }
}

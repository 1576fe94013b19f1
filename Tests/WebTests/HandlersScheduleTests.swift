import Notation
import Testing
import Web

/// Schedules in the browser: the form with its preview, overrides, and who may not.
@Suite struct HandlersScheduleTests {
    private static let form = [
        "name": "Primary", "zone": "UTC", "about": "", "name-1": "Weekly", "start-1": "2027-01-11T09:00",
        "count-1": "1", "unit-1": "week", "members-1": "admin\nresponder, viewer", "windows-1": "Mon-Fri 08:00-20:00",
        "handoffs-1": "", "priority-1": "0", "order-1": "list",
    ]

    @Test func `a schedule is previewed, made, and changed in the browser`() async throws {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.admin)
        try await browser.open("/schedules")
        #expect(browser.page.contains("No schedules"))
        try await browser.open("/schedules/new")
        try await browser.send("/schedules", Self.form.merging(["preview": "yes"]) { $1 })
        #expect(browser.status == 200 && browser.page.contains("nothing is saved yet"))
        #expect(browser.page.contains("Nobody is on call from") && browser.page.contains("more times."))
        #expect(try await bench.base.ask(.get, "/schedules").json?["items"]?.array == [])
        try await browser.send("/schedules", Self.form)
        #expect(browser.status == 200 && browser.path.hasPrefix("/schedules/sch_"))
        let path = browser.path
        #expect(browser.page.contains("admin") && browser.page.contains("until"))
        try await browser.open(path + "/edit")
        #expect(browser.page.contains("Mon-Fri 08:00-20:00") && browser.page.contains("responder, viewer"))
        try await browser.send(path, Self.form.merging(["name": "First", "windows-1": ""]) { $1 })
        #expect(browser.path == path && browser.page.contains("First") && browser.page.contains("It is saved."))
        try await browser.open("/schedules")
        #expect(browser.page.contains("My shifts"))
        try await browser.open(path)
        try await browser.send(path + "/remove")
        #expect(
            browser.path == "/schedules" && browser.page.contains("No schedules"), "\(browser.status) \(browser.path)")
    }

    @Test(arguments: [
        ("members-1", "Nobody", "there is no user &quot;Nobody&quot;"), ("members-1", "", "say who takes turns"),
        ("zone", "Mars/Olympus", "is not a time zone"), ("windows-1", "Funday 09:00", "is not a time of the week"),
        ("windows-1", "Mon-Fun 09:00-17:00", "is not a day such as Mon"),
        ("start-1", "", "say when the first hand-off is"),
        ("count-1", "0", "f-count-1-fault"), ("handoffs-1", "Mon 25:00", "is not a point of the week"),
        ("name", "", "f-name-fault"),
    ])
    func `what is wrong stands at its field, and what was typed stays`(field: String, value: String, sign: String)
        async throws
    {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.manager)
        try await browser.open("/schedules/new")
        try await browser.send("/schedules", Self.form.merging([field: value]) { $1 })
        #expect(browser.status == 422, "\(field): \(browser.status)")
        let page = browser.page.lowercased()
        #expect(page.contains(sign.lowercased()) && (page.contains("weekly") || field == "zone"), "\(field)")
        #expect(try await bench.base.ask(.get, "/schedules").json?["items"]?.array == [])
    }

    @Test func `an override is made and ended by a responder, in the schedule's own time`() async throws {
        let bench = try await HandlersBench()
        var admin = try await bench.browser(.admin)
        try await admin.open("/schedules/new")
        try await admin.send("/schedules", Self.form.merging(["windows-1": ""]) { $1 })
        let path = admin.path
        var browser = try await bench.browser(.responder)
        try await browser.open(path)
        let fields = [
            "users": "usr_viewer", "kind": "stand-in", "for": "usr_admin", "from": "2027-01-16T10:00",
            "to": "2027-01-16T12:00", "why": "Dentist",
        ]
        try await browser.send(path + "/overrides", fields.merging(["to": "2027-01-16T09:00"]) { $1 })
        #expect(browser.status == 422 && browser.page.contains("ends after it begins"))
        try await browser.send(path + "/overrides", fields)
        #expect(browser.status == 200 && browser.page.contains("Dentist"))
        let id = String(path.split(separator: "/")[1])
        let made = try await bench.base.ask(.get, "/schedules/\(id)/overrides").json?["items"]?.array?.first
        #expect(made?["from"] == "2027-01-16T10:00:00Z")
        try await browser.send("\(path)/overrides/\(made?["id"]?.string ?? "")/end")
        #expect(browser.status == 200 && !browser.page.contains("Dentist"))
    }

    @Test func `a shift is offered and taken by another, once`() async throws {
        let bench = try await HandlersBench()
        var admin = try await bench.browser(.admin)
        try await admin.open("/schedules/new")
        try await admin.send("/schedules", Self.form.merging(["windows-1": "", "members-1": "admin"]) { $1 })
        let path = admin.path
        let times = ["users": "", "from": "2027-01-16T10:00", "to": "2027-01-16T12:00", "why": "Dentist"]
        try await admin.open(path)
        try await admin.send(path + "/offers", times)
        #expect(admin.status == 200 && admin.page.contains("admin offers their shift"))
        let id = String(path.split(separator: "/")[1])
        let offers = try await bench.base.ask(.get, "/schedules/\(id)/overrides").json?["items"]?.array
        let offer = try #require(offers?.first?["id"]?.string)
        func onCall() async throws -> String? {
            let answer = try await bench.base.ask(.get, "/oncall?at=2027-01-16T11:00:00Z").json
            return answer?["items"]?.array?.first?["people"]?.array?.first?["name"]?.string
        }
        #expect(try await onCall() == "admin", "An offer changes nothing.")
        #expect(!admin.page.contains("Take it over"), "Nobody takes over from themselves.")
        var other = try await bench.browser(.responder)
        var late = try await bench.browser(.responder)
        try await late.open(path)
        try await other.open(path)
        try await other.send("\(path)/overrides/\(offer)/take")
        #expect(other.status == 200 && other.page.contains("responder for admin"))
        #expect(try await onCall() == "responder")
        try await late.send("\(path)/overrides/\(offer)/take")
        #expect(late.page.contains("responder has it already."))
        try await other.open(path)
        try await other.send(path + "/offers", times.merging(["users": "usr_viewer"]) { $1 })
        let second = try await bench.base.ask(.get, "/schedules/\(id)/overrides").json?["items"]?.array?
            .first { $0["kind"] == "offer" }?["id"]
        try await admin.open(path)
        #expect(admin.page.contains("to viewer") && !admin.page.contains("Take it over"))
        let refused = try await bench.base.ask(
            .post, "/schedules/\(id)/overrides/\(second?.string ?? "")/take", as: .responder)
        #expect(refused.text.contains("Only a person") || refused.text.contains("It is offered to viewer."))
    }

    @Test func `people say when they are away, and take it back`() async throws {
        let bench = try await HandlersBench()
        var admin = try await bench.browser(.admin)
        try await admin.open("/schedules/new")
        try await admin.send("/schedules", Self.form.merging(["windows-1": ""]) { $1 })
        try await admin.open("/schedules")
        try await admin.send("/my-shifts/away", ["from": "2027-01-16T10:00", "to": "2027-01-15T10:00"])
        #expect(admin.status == 422 && admin.page.contains("ends after it begins"))
        try await admin.send(
            "/my-shifts/away", ["from": "2027-01-16T10:00", "to": "2027-01-17T10:00", "why": "Wedding"])
        #expect(admin.path == "/schedules" && admin.page.contains("Wedding"))
        #expect(admin.page.contains("admin is on call and away from 16 Jan 2027 10:00:00 UTC"))
        try await admin.send("/my-shifts/away", ["remove": "0"])
        #expect(admin.status == 200 && !admin.page.contains("Wedding"))
    }

    @Test func `a schedule that the form cannot show whole is not changed by it`() async throws {
        let bench = try await HandlersBench()
        let layer: JSON = [
            "start": "2027-01-11T09:00", "every": ["count": 1, "unit": "week"], "members": [["usr_admin"]],
            "zone": "UTC",
        ]
        let schedule: JSON = ["name": "Sun", "zone": "UTC", "layers": [layer]]
        #expect(try await bench.base.ask(.put, "/schedules/sch_sun", schedule).status == .ok)
        var browser = try await bench.browser(.admin)
        try await browser.open("/schedules/sch_sun/edit")
        #expect(browser.page.contains("more than the form has room for"))
        try await browser.send("/schedules/sch_sun", Self.form)
        #expect(browser.status == 409 && browser.page.contains("more than the form has room for"))
        let stored = try await bench.base.ask(.get, "/schedules/sch_sun").json
        #expect(stored?["name"] == "Sun")
    }
}

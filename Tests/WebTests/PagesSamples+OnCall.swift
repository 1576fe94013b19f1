import Chronology
import Web

extension PagesSamples {
    var onCallPages: [(name: String, page: any WebPage)] {
        let ana = ScheduleListPage.Person(name: t("Ana Cruz"), why: t("Weekly"))
        let picture = ShiftPicture(
            start: now, end: now + .days(14), days: [(now + .hours(7), t("Fri 27"))],
            bars: [
                ShiftPicture.Bar(name: t("Ana Cruz"), spans: [(now, now + .days(3))]),
                ShiftPicture.Bar(name: t("nobody"), spans: [(now + .days(3), now + .days(4))], isGap: true),
            ])
        let shift = ShiftRow(
            who: t("Ana Cruz"), schedule: t("Primary"), start: ago(60), end: now + .days(2), zone: .utc,
            why: t("Weekly"))
        let override = ShiftRow(
            who: t("Ben Okafor for Ana Cruz"), start: ago(60), end: now + .days(2), zone: .utc, why: t("Wedding"),
            override: t("ovr_1"))
        let date = Zone.utc.civil(at: now).date
        let days = (0..<28).map { number in
            SchedulePage.Day(
                date: date.adding(days: number - 3), isToday: number == 3, isPast: number < 3,
                entries: [
                    SchedulePage.Day.Entry(
                        name: t("Ana Cruz"), time: t("until 09:00"), isOverride: number == 5, isMine: number == 6)
                ], gaps: number == 7 ? [t("from 20:00")] : [], length: number == 8 ? t("23 h") : nil)
        }
        var week = SchedulePage(
            id: t("sch_1"), name: t("Primary"), about: t("Checkout and search"), zone: .utc, now: [ana],
            until: now + .days(2), next: [t("Ben Okafor")], days: Array(days.prefix(7)), earlier: "/schedules/a",
            later: "/schedules/b", findings: [], load: [], overrides: [], people: people, usedBy: [])
        week.view = .week
        week.period = t("23 Nov 2026 to 29 Nov 2026")
        week.who = (t("usr_02"), t("Ben Okafor"))
        week.reader = t("usr_01")
        week.handOffs = [("/hand-offs/hnd_1", t("to Ben Okafor at 09:00."))]
        week.week = WeekPicture(
            days: days.prefix(7).map(\.date),
            blocks: [
                WeekPicture.Block(day: 0, from: 0, to: 540, name: t("Ana Cruz"), user: t("usr_01"), isMine: true),
                WeekPicture.Block(day: 0, from: 480, to: 1_440, name: t("Ben Okafor"), user: t("usr_02")),
                WeekPicture.Block(day: 1, from: 0, to: 30, name: t("nobody"), user: nil),
            ], now: (0, 600))
        return [
            ("schedule-week", week), ("my-shift", myShift), ("my-shift-off", MyShiftPage.idle(after: 3)),
            ("hand-off", handOff(.preparing)), ("hand-off-due", handOff(.handedOver)),
            ("hand-off-over", handOff(.lapsed(t("The schedule was changed.")))),
            (
                "schedules",
                ScheduleListPage(
                    rows: [
                        ScheduleListPage.Row(
                            id: t("sch_1"), name: t("Primary"), zone: .utc, now: [ana], until: now + .days(2),
                            next: [t("Ben Okafor")], picture: picture, findings: [t("Nobody is on call.")]),
                        ScheduleListPage.Row(
                            id: t("sch_2"), name: t("Secondary"), zone: .utc, now: [], until: nil, next: [],
                            picture: picture, findings: []),
                    ], mine: [shift],
                    away: [ScheduleListPage.Away(number: 0, start: now, end: now + .days(3), why: t("Holiday"))],
                    form: bad("to", "It ends after it begins."))
            ),
            ("schedules-empty", ScheduleListPage(rows: [], mine: [])),
            (
                "schedule",
                SchedulePage(
                    id: t("sch_1"), name: t("Primary"), about: t("Checkout and search"), zone: .utc, now: [ana],
                    until: now + .days(2), next: [t("Ben Okafor")], days: days, earlier: "/schedules/a",
                    later: "/schedules/b", findings: [t("Nobody is on call.")],
                    load: [
                        SchedulePage.Load(name: t("Ana Cruz"), time: t("14 d"), shifts: 3, nights: 13, weekendDays: 4)
                    ], overrides: [override], people: people, usedBy: [t("the plan Checkout")],
                    form: bad("to", "An override ends after it begins."))
            ),
            ("calendar-feed", CalendarFeedPage(address: t("https://tocsin.example.com/cal/5.ics"), back: "/schedules")),
            (
                "schedule-form",
                ScheduleFormPage(
                    id: t("sch_1"), people: [t("Ana Cruz")], layers: 2, preview: [shift],
                    findings: [t("Nobody is on call.")], form: bad("members-1", "There is no such user."))
            ),
        ]
    }

    private var myShift: MyShiftPage {
        MyShiftPage(
            duties: [
                MyShiftPage.Duty(
                    id: t("sch_1"), schedule: t("Primary"), zone: .utc, start: ago(600), end: now + .days(2),
                    with: [t("Cleo Adeyemi")], next: [t("Ben Okafor")])
            ],
            pages: [
                MyShiftPage.Page(
                    id: t("pag_1"), title: t("Checkout answers 5xx"), severity: SeverityMark(rank: 1, label: t("SEV1")),
                    state: .climbing, service: t("checkout"), started: ago(3), alerts: 12)
            ],
            handOffs: [
                MyShiftPage.HandOff(
                    id: t("hnd_1"), schedule: t("Primary"), due: ago(10), isComing: true, others: [t("Ben Okafor")],
                    isAhead: false)
            ],
            promises: [
                MyShiftPage.Promise(incident: t("INC-1"), title: t("Update the status page"), due: now + .minutes(9))
            ],
            shifts: [
                ShiftRow(
                    who: t("Ana Cruz"), schedule: t("Primary"), start: now + .days(7), end: now + .days(14), zone: .utc,
                    why: "")
            ], zone: .utc, after: 3)
    }

    private func handOff(_ phase: HandOffPage.Phase) -> HandOffPage {
        HandOffPage(
            id: t("hnd_1"), schedule: (t("sch_1"), t("Primary")), zone: .utc, due: now + .minutes(20), phase: phase,
            leaving: [t("Ben Okafor")],
            coming: [HandOffPage.Person(name: t("Ana Cruz"), acknowledged: nil, ready: 1)],
            covers: [t("Known issues")], readiness: [t("VPN access configured"), t("kubectl access")], mine: [0],
            isAwaited: true,
            notes: [
                HandOffPage.Note(
                    id: t("n1"), kind: t("Known issue"), text: t("The cache is cold."), by: t("Ben Okafor"),
                    made: ago(30), until: now + .days(1))
            ],
            packet: HandOffPage.Packet(
                incidents: [HandOffPage.Packet.Line(t("SEV1 Checkout"), "/incidents/INC-1", t("monitoring"))],
                otherIncidents: 2, pages: [],
                promises: [
                    HandOffPage.Packet.Line(t("Update customers"), "/incidents/INC-1", t("INC-1"), due: now + .hours(1))
                ], since: ago(9_000), health: [t("No alert is firing.")]),
            form: bad("text", "A note has 1 to 2000 characters."))
    }
}

extension MyShiftPage {
    fileprivate static func idle(after: Int64) -> MyShiftPage {
        MyShiftPage(duties: [], pages: [], handOffs: [], promises: [], shifts: [], zone: .utc, after: after)
    }
}

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
        return [
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
}

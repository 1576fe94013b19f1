import Chronology
import Web

extension PagesSamples {
    var incidentPages: [(name: String, page: any WebPage)] {
        [
            ("incidents", incidentList(IncidentListPage.Filter.open)),
            (
                "incidents-empty",
                IncidentListPage(
                    rows: [], filter: .open, severities: ["SEV1", "SEV2"].map(t), severity: t("SEV1"), after: 7)
            ),
            (
                "declare",
                DeclarePage(severities: severities, services: services, form: bad("title", "A title is needed."))
            ),
            (
                "declare-playbook",
                DeclarePage(
                    playbooks: playbooks, playbook: t("sre"), isChosen: true, severities: severities, suggests: true,
                    questions: questions, services: services, asksWhy: true,
                    form: bad("why", "The playbook suggests SEV1; SEV2 is milder, so say why."))
            ),
            ("incident", incident), ("incident-closed", closedIncident),
        ]
    }

    private var questions: [DeclarePage.Question] {
        [
            .init(name: "type", title: t("Type"), kind: .choice([Choice(t("outage"), t("Outage"))]), isRequired: false),
            .init(
                name: t("field-a"), title: t("Who notices?"), kind: .text, help: t("In their words"), isRequired: true),
            .init(name: t("field-b"), title: t("What is known?"), kind: .lines, isRequired: false),
            .init(name: t("field-c"), title: t("How many users?"), kind: .number, isRequired: true),
            .init(name: t("field-d"), title: t("Customer-facing?"), kind: .yesNo, isRequired: true),
            .init(name: t("field-e"), title: t("Regions"), kind: .choices([t("eu"), t("us")]), isRequired: false),
        ]
    }

    func incidentList(_ filter: IncidentListPage.Filter) -> IncidentListPage {
        IncidentListPage(
            rows: [
                IncidentListPage.Row(
                    key: t("INC-2026-11-21-001"), title: t("Checkout answers 502 for some customers in Europe"),
                    severity: sev1,
                    status: StateMark(t("investigating"), .bad), service: t("checkout"), lead: t("Ana Cruz"),
                    declared: ago(64)),
                IncidentListPage.Row(
                    key: t("INC-2026-11-21-002"), title: t("Search index is 40 minutes behind"), severity: sev3,
                    status: StateMark(t("monitoring"), .waiting), service: t("search"), declared: ago(190),
                    isDrill: true),
                IncidentListPage.Row(
                    key: t("INC-2026-11-19-001"),
                    title: t(
                        "Certificate of mail-out.example.com had expired, so that nobody received receipts over the weekend"
                    ),
                    severity: sev2, status: StateMark(t("closed"), .good), service: t("mail"), lead: t("Ben Okafor"),
                    declared: ago(3_300), ended: ago(3_100)),
                IncidentListPage.Row(
                    key: t("INC-2026-11-02-003"), title: t("Prices in the footer use the wrong currency sign"),
                    severity: sev4,
                    status: StateMark(t("closed"), .good), lead: t("Chidi Anand"), declared: ago(27_000),
                    ended: ago(26_900)),
            ], filter: filter, severities: ["SEV1", "SEV2", "SEV3", "SEV4"].map(t), older: "/incidents?after=9",
            after: 900)
    }

    var closedIncident: IncidentPage {
        var page = incident
        page.resolved = ago(12)
        page.closed = ago(3)
        page.owed = []
        page.pages = []
        page.alerts = []
        page.status = StateMark(t("closed"), .good)
        page.entriesLeftOut = 212
        return page
    }

    var incident: IncidentPage {
        IncidentPage(
            key: t("INC-2026-11-21-001"), heading: t("Checkout answers 502 for some customers in Europe"),
            severity: sev1,
            status: StateMark(t("investigating"), .bad), service: t("checkout"), isDrill: false, declared: ago(64),
            impactStarted: ago(71), lead: t("Ana Cruz"),
            owed: [
                IncidentPage.Owed(what: t("Update to executives"), owner: t("Communications lead"), due: ago(1, 10)),
                IncidentPage.Owed(
                    what: t("Update to customers"), owner: t("Communications lead"), due: now + .seconds(200)),
                IncidentPage.Owed(what: t("Review draft"), owner: nil, due: now + .days(2)),
            ], entries: entries,
            roles: [
                IncidentPage.Role(id: t("lead"), name: t("Incident commander"), holder: t("Ana Cruz"), since: ago(61)),
                IncidentPage.Role(id: t("tech"), name: t("Tech lead"), holder: t("Ben Okafor"), since: ago(40)),
                IncidentPage.Role(id: t("comms"), name: t("Communications lead")),
            ],
            alerts: [
                IncidentPage.AttachedAlert(
                    id: t("alr_1"), title: t("HighErrorRate checkout eu-1"), state: .firing, count: 14),
                IncidentPage.AttachedAlert(
                    id: t("alr_2"), title: t("PodCrashLooping checkout-7f9c"), state: .resolved, count: 3),
            ],
            pages: [
                IncidentPage.AttachedPage(id: t("pag_1"), state: .climbing, who: t("Chidi Anand"), at: ago(2)),
                IncidentPage.AttachedPage(id: t("pag_2"), state: .acknowledged, who: t("Ana Cruz"), at: ago(63)),
            ],
            chain: IncidentPage.Chain(length: 42, head: t("9f2c41d07be88a35c1f2e4d5a6b7c8d9")),
            statuses: ["investigating", "identified", "monitoring"].map { Choice(t($0)) }, severities: severities,
            people: people, noteForm: .fresh, statusForm: .fresh, severityForm: .fresh, roleForm: .fresh, after: 1_204)
    }

    private var entries: [TimelineRow] {
        typealias Detail = TimelineRow.Detail
        return [
            TimelineRow(
                sequence: 42, at: ago(1, 10), kind: .late,
                sentence: "The update to \(strong: t("executives")) was due and has not been sent"),
            TimelineRow(
                sequence: 41, at: ago(2), kind: .escalated,
                sentence:
                    "\(strong: t("Ben Okafor")) escalated to \(strong: t("Chidi Anand")): \(t("needs database access"))"
            ),
            TimelineRow(
                sequence: 40, at: ago(9, 31), kind: .note, sentence: "\(strong: t("Ben Okafor")) wrote",
                body: t(
                    "Rolled checkout back to 2026.11.20-3.\nError rate fell from 6.1 % to 0.4 % within two minutes; still 502 on card payments."
                )),
            TimelineRow(
                sequence: 39, at: ago(24), kind: .severity,
                sentence:
                    "\(strong: t("Ana Cruz")) raised the severity from \(t("SEV2")) to \(strong: t("SEV1")): \(t("all of Europe is affected"))"
            ),
            TimelineRow(
                sequence: 38, at: ago(40), kind: .role,
                sentence: "\(strong: t("Ben Okafor")) is \(strong: t("tech lead")), assigned by \(t("Ana Cruz"))"),
            TimelineRow(
                sequence: 37, at: ago(55), kind: .correction,
                sentence: "\(strong: t("Ana Cruz")) corrected the start of the impact to \(t("02:59 UTC"))"),
            TimelineRow(
                sequence: 36, at: ago(62, 9), kind: .acknowledged,
                sentence: "\(strong: t("Ana Cruz")) acknowledged the page after \(t("47 s"))"),
            TimelineRow(
                sequence: 35, at: ago(62, 56), kind: .page,
                sentence: "\(strong: t("Ana Cruz")) was paged by mail and webhook",
                details: [
                    Detail(t("mail to ana@example.com"), t("delivered 03:09:31, 250 2.0.0 OK")),
                    Detail(t("webhook"), t("200 in 84 ms")),
                ]),
            TimelineRow(
                sequence: 34, at: ago(63), kind: .alert,
                sentence: "\(t("HighErrorRate checkout eu-1"), to: "/alerts/\(t("alr_1"))") was attached"),
            TimelineRow(
                sequence: 33, at: ago(64), kind: .declared,
                sentence: "Declared by route \(code: t("critical-in-production")) as \(strong: t("SEV2"))"),
            TimelineRow(
                sequence: 12, at: ago(600), kind: .note, sentence: "\(strong: t("Chidi Anand")) wrote",
                body: t("Deploy window opens at 22:00.")),
        ]
    }

    var alertPages: [(name: String, page: any WebPage)] {
        [
            ("alerts", alertList(count: 12)),
            (
                "alerts-empty",
                AlertListPage(rows: [], filter: .open, search: "", services: services, after: 3)
            ),
            ("alert", alert),
        ]
    }

    func alertList(count: Int) -> AlertListPage {
        let titles = [
            "HighErrorRate checkout eu-1", "PodCrashLooping checkout-7f9c8d5b6-x2x4q", "DiskWillFillIn4Hours db-3",
            "CertificateExpiresSoon mail-out.example.com", "QueueDepth search-indexer", "LatencyP95 search",
        ]
        let marks = AlertMark.allCases
        return AlertListPage(
            rows: (0..<count).map { index in
                let item = index % titles.count
                return AlertListPage.Row(
                    id: t("alr_01JD3K5M9Q\(index)"), title: t(titles[item]),
                    severity: [sev1, sev2, sev3, sev4][index % 4],
                    state: marks[index % marks.count], service: t(["checkout", "search", "db"][index % 3]),
                    hint: t("cluster=eu-1 env=prod"), count: 1 + index * index, firstSeen: ago(Int64(71 + index * 13)),
                    lastSeen: ago(Int64(index)), incident: index == 0 ? t("INC-2026-11-21-001") : nil)
            }, filter: .open, search: t("env=prod"), service: t("svc_1"), services: services, older: "/alerts?after=1",
            after: 900)
    }

    var alert: AlertPage {
        AlertPage(
            id: t("alr_1"), heading: t("HighErrorRate checkout eu-1"), severity: sev1, state: .firing,
            dedupKey: t("a3f1c2e4b5d60718"), service: t("checkout"), integration: t("Prometheus eu-1"), count: 14,
            firstSeen: ago(71), lastSeen: ago(0, 40), sourceURL: t("https://prometheus.example.com/graph?g0.expr=rate"),
            labels: [
                AlertPage.Pair(t("alertname"), t("HighErrorRate")), AlertPage.Pair(t("cluster"), t("eu-1")),
                AlertPage.Pair(t("env"), t("prod")), AlertPage.Pair(t("pod"), t("checkout-7f9c8d5b6-x2x4q")),
                AlertPage.Pair(t("severity"), t("critical")),
            ],
            annotations: [
                AlertPage.Pair(t("summary"), t("More than 5 % of requests to checkout fail (now 6.1 %).")),
                AlertPage.Pair(t("runbook_url"), t("https://runbooks.example.com/checkout/errors")),
                AlertPage.Pair(t("odd"), t("javascript:alert(1)")),
            ],
            history: [
                AlertPage.Change(at: ago(62), state: .acknowledged, sentence: "\(strong: t("Ana Cruz")) acknowledged"),
                AlertPage.Change(at: ago(71), state: .firing, sentence: "\(t("Prometheus eu-1")) sent it first"),
            ],
            explanation: [
                "Route \(code: t("critical-in-production")) matched \(code: t("severity=\"critical\"")) and \(code: t("env=\"prod\"")).",
                "It paged the plan \(strong: t("Checkout, around the clock")); \(strong: t("Ana Cruz")) acknowledged after 47 s.",
                "13 repeats since then paged nobody: the page of the first one was acknowledged.",
            ], form: .fresh, severities: severities, after: 900)
    }

    var pagingPages: [(name: String, page: any WebPage)] {
        [
            (
                "pages",
                PageListPage(
                    rows: [
                        PageListPage.Row(
                            id: t("pag_1"), title: t("Checkout answers 502 for more than 5 % of requests"),
                            severity: sev1,
                            state: .climbing, who: t("waiting for Chidi Anand"), service: t("checkout"),
                            started: ago(4, 12),
                            next: now + .seconds(48)),
                        PageListPage.Row(
                            id: t("pag_2"), title: t("HighErrorRate checkout eu-1"), severity: sev2,
                            state: .acknowledged,
                            who: t("acknowledged by Ana Cruz"), service: t("checkout"), started: ago(63)),
                        PageListPage.Row(
                            id: t("pag_3"), title: t("DiskWillFillIn4Hours db-3"), severity: sev3, state: .exhausted,
                            who: t("4 people did not answer"), service: t("db"), started: ago(400)),
                        PageListPage.Row(
                            id: t("pag_4"), title: t("LatencyP95 search"), severity: sev4, state: .ended,
                            who: t("ended by itself"), service: t("search"), started: ago(4_000)),
                    ], filter: .all, after: 900)
            ),
            ("pages-empty", PageListPage(rows: [], filter: .open, after: 900)),
            ("page", page), ("page-acknowledged", acknowledgedPage), ("page-passed-on", passedOnPage),
        ]
    }

    var page: PageStatePage {
        PageStatePage(
            id: t("pag_1"), heading: t("Checkout answers 502 for more than 5 % of requests"), severity: sev1,
            state: .climbing,
            service: t("checkout"), summary: t("More than 5 % of requests to checkout fail (now 6.1 %)."),
            started: ago(8, 12),
            nextWho: t("Dana Whitfield"), nextAt: now + .seconds(108), plan: t("Checkout, around the clock"),
            rungs: rungs,
            explanation: [
                "Route \(code: t("critical-in-production")) matched \(code: t("severity=\"critical\"")).",
                "Rung 2 was skipped: \(strong: t("Evening rota")) has nobody on call now.",
            ], alert: t("alr_1"), incident: t("INC-2026-11-21-001"), form: .fresh, after: 900)
    }

    private var passedOnPage: PageStatePage {
        var page = page
        page.state = .passedOn
        page.nextAt = nil
        page.outcome = PageStatePage.Outcome(t("Ana Cruz escalated by hand past the last rung."), at: ago(2))
        page.rungs[0].outcome = .ended
        page.rungs[2].outcome = .escalated(by: t("Ana Cruz"))
        return page
    }

    private var acknowledgedPage: PageStatePage {
        var page = page
        page.state = .acknowledged
        page.acknowledgedBy = t("Chidi Anand")
        page.acknowledgedAt = ago(1, 5)
        page.nextAt = nil
        page.rungs[2].outcome = .acknowledged
        return page
    }

    private var rungs: [LadderRung] {
        typealias Attempt = LadderRung.Attempt
        return [
            LadderRung(
                number: 1, who: t("Ana Cruz"), due: ago(8, 12), outcome: .unanswered,
                attempts: [
                    Attempt(at: ago(8, 11), channel: t("mail to ana@example.com"), result: t("delivered")),
                    Attempt(
                        at: ago(8, 11), channel: t("webhook"), result: t("failed: 503 from hooks.example.com"),
                        failed: true),
                ]),
            LadderRung(number: 2, who: t("Evening rota"), due: ago(3, 12), outcome: .skipped, attempts: []),
            LadderRung(
                number: 3, who: t("Chidi Anand"), due: ago(3, 12), outcome: .waiting,
                attempts: [Attempt(at: ago(3, 11), channel: t("mail to chidi@example.com"), result: t("delivered"))]),
            LadderRung(number: 4, who: t("Dana Whitfield"), due: now + .seconds(108), outcome: .ahead, attempts: []),
            LadderRung(number: 1, lap: 2, who: t("Ana Cruz"), due: now + .seconds(408), outcome: .ahead, attempts: []),
        ]
    }
}

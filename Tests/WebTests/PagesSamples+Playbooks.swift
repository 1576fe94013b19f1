import Chronology
import Web

extension PagesSamples {
    var playbooks: [Choice] { [Choice(t("sre"), t("SRE incident playbook")), Choice(t("starter"), t("Starter"))] }

    var playbookPages: [(name: String, page: any WebPage)] {
        [
            (
                "playbooks",
                PlaybookListPage(rows: [
                    PlaybookListPage.Row(
                        id: t("sre"), title: t("SRE incident playbook"), revision: t("1.4.0"), version: 3,
                        isBuiltIn: false, isUsual: true, services: [t("checkout"), t("search")]),
                    PlaybookListPage.Row(
                        id: t("starter"), title: t("Starter"), revision: t("1.0.0"), version: 0, isBuiltIn: true),
                ])
            ),
            ("playbooks-empty", PlaybookListPage(rows: [])),
            ("playbook", playbook),
            ("playbook-old", oldPlaybook),
            (
                "playbook-document",
                PlaybookDocumentPage(
                    id: t("sre"), heading: t("SRE incident playbook"), version: 2,
                    text: t("playbook: sre\n\ntitle: \"<SRE> & friends\"\n"))
            ),
            (
                "playbook-versions",
                PlaybookVersionsPage(
                    id: t("sre"), heading: t("SRE incident playbook"),
                    rows: [
                        PlaybookVersionsPage.Row(version: 3, at: ago(30), by: t("Ana Cruz"), isInForce: true),
                        PlaybookVersionsPage.Row(version: 2, at: ago(90), by: t("the token ci"), isRemoval: true),
                    ], hasBuiltIn: true, older: "/playbooks/sre/versions?after=2")
            ),
            ("playbook-version", version(before: 2)),
            ("playbook-version-first", version(before: nil)),
            (
                "playbook-version-gone",
                PlaybookVersionPage(
                    id: t("sre"), heading: t("SRE incident playbook"), version: 2, facts: [], before: nil, topics: [],
                    obstacle: t("With this version the playbook was taken away."))
            ),
            (
                "playbook-edit",
                PlaybookEditPage(
                    id: t("sre"), heading: t("SRE incident playbook"), text: t("\nplaybook: sre\n"), seen: 3,
                    stage: .writing(faults: [
                        PlaybookEditPage.Fault(
                            line: 12, column: 5, sentence: t("unknown key \"severitys\"; did you mean \"severities\"?"),
                            source: t("severitys:"))
                    ]), form: FormState(fault: t("There is a mistake. Nothing is in force.")))
            ),
            ("playbook-new", PlaybookEditPage(text: t("playbook: x"), seen: 0, stage: .writing(faults: []))),
            ("playbook-preview", preview(before: 3)),
            ("playbook-preview-new", preview(before: nil)),
            (
                "playbook-people",
                PlaybookPeoplePage(
                    id: t("sre"), heading: t("SRE incident playbook"), names: castNames, choices: people,
                    form: FormState(fault: t("The user usr_9 is not there any more.")))
            ),
            (
                "playbook-people-empty",
                PlaybookPeoplePage(id: t("sre"), heading: t("SRE incident playbook"), names: [], choices: people)
            ),
        ]
    }

    private var topics: [(title: String, changes: [PlaybookVersionPage.Change])] {
        [
            (
                t("Severities"),
                [.init(t("SEV2: respond within 30 min instead of 1 h"), line: 41), .init(t("SEV4 is new"))]
            ),
            (t("Escalation"), [.init(t("the vice president is not called any more"), line: nil)]),
        ]
    }

    private func version(before: Int?) -> PlaybookVersionPage {
        PlaybookVersionPage(
            id: t("sre"), heading: t("SRE incident playbook"), version: 3,
            facts: [.init(t("When"), t("21 Nov 2026")), .init(t("By"), t("Ana Cruz"))], before: before, topics: topics)
    }

    private func preview(before: Int?) -> PlaybookEditPage {
        PlaybookEditPage(
            id: before.map { _ in t("sre") }, heading: before.map { _ in t("SRE incident playbook") },
            text: t("playbook: sre\n"), seen: before ?? 0,
            stage: .deciding(
                PlaybookEditPage.Preview(
                    id: t("sre"), heading: t("SRE incident playbook"), before: before, topics: topics,
                    findings: findings(2), services: [t("checkout")], isUsual: before == nil)),
            form: FormState(fault: t("The severity SEV4 is used by the route warnings; change that first.")))
    }

    private var castNames: [PlaybookPeoplePage.Name] {
        [
            PlaybookPeoplePage.Name(
                id: t("on-call"), title: t("On-call engineer"), kind: t("schedule"), note: t("Any SEV1 or SEV2"),
                people: [t("usr_01"), t("usr_02")], line: 88),
            PlaybookPeoplePage.Name(
                id: t("vp"), title: t("VP Engineering"), kind: t("person"), gap: StateMark(t("calls nobody"), .bad),
                line: 93),
        ]
    }

    private func findings(_ count: Int) -> [PlaybookPage.Finding] {
        (1...count).map { number in
            PlaybookPage.Finding(
                isError: number == 2, code: t("unreachable-rung"), sentence: t("the rung can never be reached"),
                line: number * 10)
        }
    }

    // MARK: The reader

    var escalation: EscalationPicture {
        EscalationPicture(
            steps: [
                .init(
                    who: t("On-call engineer"), when: t("at once"), after: .zero, via: "page", plan: t("Technical"),
                    line: 201),
                .init(
                    who: t("Team lead"), when: t("after 15 min"), after: .minutes(15), via: "page",
                    plan: t("Technical"),
                    condition: t("if \"Customer-facing\" is yes"), note: t("with the last update"), line: 202),
                .init(
                    who: t("Executives"), when: t("at the opening of the next business day (office)"),
                    after: .hours(60),
                    via: "notify", plan: t("Leadership"), line: 210),
                .init(
                    who: t("Board"), when: t("at the next weekly review"), via: "agenda", plan: t("Leadership"),
                    isCalled: false, line: 211),
                .init(
                    who: nil, when: t("after 30 min"), after: .minutes(30), via: "page", plan: t("Technical"),
                    isCalled: false, note: t("Continue investigation"), line: 203),
            ], declared: now)
    }

    private var allBlocks: [PlaybookBlock] {
        [
            .text(t("It begins here.")), .heading(t("Steps")), .points([.init(t("Look at the queue"), line: 7)]),
            .facts([.init(t("Owner"), t("SRE team"))]),
            .links([
                .init(
                    title: t("Dashboard"), address: t("https://grafana.example.com/d/1"), note: t("the four"), line: 9),
                .init(title: t("Wiki"), address: nil),
            ]), .message(t("{{severity.label}}: {{incident.title}}"), title: t("Status update")),
            .command(
                .init(
                    title: t("Restart"), text: t("kubectl rollout restart"), risk: StateMark(t("changes"), .waiting),
                    line: 3)),
            .fold(.init(t("Inside"), severity: sev2, note: t("more"), line: 4, isOpen: true, [.text(t("Deep"))])),
        ]
    }

    private func grid(_ name: String) -> PlaybookGrid {
        PlaybookGrid(
            name: t(name), columns: [t("Respond"), t("Resolve")],
            rows: [
                .init(severity: sev1, head: "", cells: [t("within 5 min"), ""]),
                .init(head: t("Team lead"), cells: ["", t("within 4 h")]),
            ])
    }

    var playbook: PlaybookPage {
        PlaybookPage(
            id: t("sre"), heading: t("SRE incident playbook"), summary: t("One paragraph."),
            facts: [.init(t("Owner"), t("SRE team")), .init(t("Zone"), t("UTC"))],
            unfilled: (names: [t("VP Engineering")], of: 2),
            severities: [
                .init(mark: sev1, name: t("Critical"), meaning: t("Complete outage"), line: 20, blocks: allBlocks),
                .init(mark: sev2, name: t("High"), meaning: t("Degraded"), blocks: []),
            ], clocks: grid("Clocks by severity"), impact: grid("Impact"),
            course: PlaybookPage.Course(
                severity: sev1, escalation: escalation,
                sections: [(t("When nobody does anything"), [.init(t("at once: page On-call engineer"), line: 201)])]),
            matrix: grid("Who is called, by severity"),
            chapters: [.init(t("Roles"), allBlocks), .init(t("Scenarios"), allBlocks)], findings: findings(8))
    }

    private var oldPlaybook: PlaybookPage {
        var page = playbook
        page.version = 2
        page.impact = nil
        page.summary = nil
        page.course.escalation.steps = []
        page.findings = []
        return page
    }
}

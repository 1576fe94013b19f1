import Chronology
import Web

extension PagesSamples {
    var integrationPages: [(name: String, page: any WebPage)] {
        let url = t("https://tocsin.example.com/in/k3j5h2g7f8d9s0a1q2w3e4r5t6y7u8i9/alertmanager")
        return [
            (
                "integrations",
                IntegrationListPage(rows: [
                    IntegrationListPage.Row(
                        id: t("itg_1"), name: t("Prometheus eu-1"), dialect: t("alertmanager"), service: t("checkout"),
                        accepted: 1_240, refused: 0, lastRequest: ago(0, 40)),
                    IntegrationListPage.Row(
                        id: t("itg_2"), name: t("Sentry"), dialect: t("sentry"), accepted: 31, refused: 4,
                        lastRequest: ago(44)),
                    IntegrationListPage.Row(
                        id: t("itg_3"), name: t("Nightly backup"), dialect: t("heartbeat"), accepted: 0, refused: 0),
                    IntegrationListPage.Row(
                        id: t("itg_4"), name: t("Old Nagios"), dialect: t("generic"), isDisabled: true, accepted: 0,
                        refused: 0,
                        lastRequest: ago(90_000)),
                ])
            ),
            ("integrations-empty", IntegrationListPage(rows: [])),
            (
                "integration-new",
                IntegrationFormPage(
                    dialects: ["alertmanager", "generic"].map { Choice(t($0)) }, services: services,
                    form: bad("name", "Another integration has this name."))
            ),
            (
                "integration-created",
                IntegrationCreatedPage(
                    id: t("itg_1"), name: t("Prometheus eu-1"), key: t("k3j5h2g7f8d9s0a1q2w3e4r5t6y7u8i9"), url: url,
                    snippets: IntegrationCreatedPage.snippets(dialect: "alertmanager", url: url))
            ),
            ("integration", integration),
        ]
    }

    private var integration: IntegrationPage {
        IntegrationPage(
            id: t("itg_2"), name: t("Sentry"), dialect: t("sentry"), service: t("checkout"), isDisabled: false,
            keyHint: t("k3j5…u8i9"), keyCount: 2, changed: ago(90_000), lastRequest: ago(44), accepted: 31, refused: 4,
            requests: [
                IntegrationPage.Request(
                    id: t("1"), at: ago(44), remote: t("203.0.113.9"), status: 200, size: 214,
                    body: t(
                        #"{"dedup_key": "hello", "status": "firing", "title": "Hello from curl", "severity": "info"}"#),
                    signals: [t("firing · Hello from curl · severity info · dedup key hello")]),
                IntegrationPage.Request(
                    id: t("2"), at: ago(51), remote: t("203.0.113.9"), status: 400, size: 90_113,
                    body: t(#"{"dedup_key": 7, "status": "on fire"#), signals: [],
                    fault: t("/dedup_key: a string is needed, not a number")),
            ])
    }

    var settingsPages: [(name: String, page: any WebPage)] {
        [
            (
                "settings-users",
                UsersPage(
                    rows: users, roles: roles,
                    invitation: UsersPage.Invitation(
                        name: t("Ben Okafor"), url: t("https://tocsin.example.com/welcome?token=one-time")),
                    form: bad("email", "Somebody has this address already."))
            ),
            (
                "settings-tokens",
                TokensPage(rows: tokens, roles: roles, made: t("tcs_pat_9f8e7d6c5b4a39f8e7d6c5b4a31x2y3z"))
            ),
            ("settings-tokens-empty", TokensPage(rows: [], roles: roles)),
            (
                "settings-services",
                ServicesPage(
                    rows: [
                        ServicesPage.Row(
                            id: t("svc_1"), name: t("checkout"), plan: t("esc_1"), playbook: t("sre"), openAlerts: 3),
                        ServicesPage.Row(id: t("svc_2"), name: t("search"), openAlerts: 0),
                    ], plans: plans, playbooks: playbooks, form: bad("name", "There is a service of this name."))
            ),
            (
                "settings-service",
                ServicePage(
                    id: t("svc_1"), name: t("checkout"), plans: plans, playbooks: playbooks, severities: severities,
                    form: bad("zone", "A time zone is needed."))
            ),
            (
                "settings-teams",
                TeamsPage(
                    rows: [
                        TeamsPage.Row(
                            id: t("tea_1"), name: t("Payments"), members: [t("Ana Cruz")], ways: [t("Slack")]),
                        TeamsPage.Row(id: t("tea_2"), name: t("Nobody"), members: [], ways: []),
                    ], people: [t("Ana Cruz")], form: bad("members", "There is no such user."))
            ),
            ("settings-teams-empty", TeamsPage(rows: [], people: [])),
            (
                "settings-team",
                TeamPage(
                    id: t("tea_1"), name: t("Payments"), form: bad("name", "A name is needed."),
                    people: [t("Ana Cruz")],
                    ways: [TeamPage.Way(id: t("ctm_1"), kind: t("Slack"), address: t("C012AB3CDEF"))], kinds: [],
                    adding: "slack")
            ),
            (
                "settings-heartbeats",
                HeartbeatsPage(
                    rows: [
                        HeartbeatsPage.Row(
                            id: t("hbt_1"), name: t("backup"), integration: t("cron"), every: t("1 d"),
                            grace: t("1 h"), service: t("checkout"), state: .alive(last: ago(60), due: now + .hours(2))),
                        HeartbeatsPage.Row(
                            id: t("hbt_2"), name: t("mail"), integration: t("cron"), every: t("1 d"), grace: t("1 h"),
                            service: nil, state: .late(last: nil)),
                        HeartbeatsPage.Row(
                            id: t("hbt_3"), name: t("new"), integration: t("cron"), every: t("1 d"), grace: t("1 h"),
                            service: nil, state: .waiting),
                    ], integrations: [Choice(t("itg_1"), t("cron"))], services: services, severities: severities,
                    plans: plans, origin: "https://tocsin.example.com",
                    monitor: HeartbeatsPage.Monitor(
                        plan: t("Checkout"), every: t("5 min"), url: t("https://hc.example.com/…"), last: ago(2),
                        took: t("0.2 s"), fault: t("A message was refused."), beatAt: ago(9)),
                    form: bad("every", "Say how often it calls."), monitorForm: bad("url", "It is no address."))
            ),
            (
                "settings-heartbeats-empty",
                HeartbeatsPage(
                    rows: [], integrations: [], services: [], severities: [], plans: [],
                    origin: "https://tocsin.example.com", monitor: nil)
            ),
            ("settings-services-empty", ServicesPage(rows: [], plans: plans, playbooks: playbooks)),
            ("settings-routes", RoutesPage(rows: routes)),
            ("settings-routes-empty", RoutesPage(rows: [])),
            (
                "settings-route",
                RouteFormPage(
                    id: t("rte_1"), integrations: [Choice(t("itg_1"), t("prometheus-eu"))], services: services,
                    severities: severities, thresholds: [t("SEV1"), t("SEV2"), t("SEV3"), t("SEV4")], plans: plans,
                    form: bad("matchers", "Line 2: a matcher is name, one of = != =~ !~, and a quoted value."))
            ),
            ("settings-escalations", EscalationPlansPage(rows: escalations)),
            ("settings-escalations-empty", EscalationPlansPage(rows: [])),
            (
                "settings-escalation",
                EscalationPlanFormPage(targets: people, form: bad("minutes-1", "1 to 1,440 minutes."))
            ),
            (
                "settings-contact",
                ContactMethodsPage(
                    rows: contacts, kinds: kinds, adding: "webhook",
                    rules: NotificationRulesForm(
                        high: [.init(way: t("ctm_1"), minutes: 0)], zone: t("Europe/Berlin"), sleepFrom: t("22:00"),
                        sleepTo: t("07:00")), form: bad("address", "Only https."))
            ),
            ("settings-contact-empty", ContactMethodsPage(rows: [], kinds: kinds)),
            (
                "settings-channels",
                ChannelsPage(rows: [
                    ChannelsPage.Row(
                        kind: t("sms"), label: t("Text message"), about: t("It wakes."),
                        state: StateMark(t("not set up"), .waiting), acknowledgement: t("a reply or a key"),
                        receipts: t("whether it arrived"), rate: t("1 in 1 s"), users: 3)
                ])
            ),
            (
                "settings-channel",
                ChannelPage(
                    kind: t("sms"), label: t("Text message"), about: t("It wakes."),
                    state: StateMark(t("not set up"), .waiting),
                    fields: [
                        .init(name: "provider", label: t("Provider"), choices: [t("twilio"), t("http")]),
                        .init(name: "token", label: t("Token"), isSecret: true),
                        .init(name: "from", label: t("From"), example: t("+4915112345678"), isRequired: false),
                    ], values: ["from": t("+49")], secrets: ["token"], callback: t("https://x.example/in/channels"),
                    isSet: true, usualRate: t("1 in 1 s"), check: (false, t("It does not accept the key.")),
                    form: bad("field-from", "This is no number."))
            ),
            (
                "settings-general",
                GeneralSettingsPage(
                    middleSeverity: t("SEV3"), severities: severities, plans: plans, playbooks: playbooks,
                    form: bad("plan", "There is no such plan."))
            ),
            ("settings-password", PasswordPage(form: bad("current", "Is not the present password."))),
            ("settings-delivery", delivery(isMailConfigured: true)),
            ("settings-delivery-unset", delivery(isMailConfigured: false)),
            ("settings-audit", AuditPage(rows: audit, older: "/settings/audit?after=2")),
            ("settings-audit-empty", AuditPage(rows: [])),
        ]
    }

    private var users: [UsersPage.Row] {
        [
            UsersPage.Row(
                id: t("usr_01"), name: t("Ana Cruz"), email: t("ana@example.com"), role: t("admin"),
                isViewer: true),
            UsersPage.Row(
                id: t("usr_02"), name: t("Ben Okafor"), email: t("ben@example.com"), role: t("responder")),
            UsersPage.Row(
                id: t("usr_03"), name: t("Chidi Anand"), email: t("chidi@example.com"), role: t("manager"),
                isDisabled: true),
        ]
    }

    private var tokens: [TokensPage.Row] {
        [
            TokensPage.Row(
                id: t("tok_1"), name: t("ci"), role: t("responder"), hint: t("tcs_pat_9f8e…2y3z"), created: ago(3_000),
                expires: now + .days(88), lastUsed: ago(7)),
            TokensPage.Row(
                id: t("tok_2"), name: t("grafana"), role: t("intake"), hint: t("tcs_pat_1a2b…9q8w"), created: ago(9_000)
            ),
        ]
    }

    private var routes: [RoutesPage.Row] {
        [
            RoutesPage.Row(
                id: t("rte_1"), name: t("critical-in-production"),
                matchers: [t("severity=\"critical\""), t("env=~\"prod|eu-prod\"")],
                service: t("checkout"), severity: sev2, plan: t("Checkout, around the clock"),
                integration: t("prometheus-eu"), declaresFrom: t("SEV2")),
            RoutesPage.Row(id: t("rte_2"), name: t("warnings"), matchers: [t("severity=\"warning\"")], severity: sev3),
            RoutesPage.Row(id: t("rte_3"), name: t("everything else")),
        ]
    }

    private var escalations: [EscalationPlansPage.Row] {
        [
            EscalationPlansPage.Row(
                id: t("esc_1"), name: t("Checkout, around the clock"),
                rungs: [
                    EscalationPlansPage.Rung(targets: [t("Ana Cruz")], patience: .minutes(5)),
                    EscalationPlansPage.Rung(targets: [t("Ben Okafor"), t("Chidi Anand")], patience: .minutes(10)),
                    EscalationPlansPage.Rung(targets: [t("Dana Whitfield")], patience: .minutes(15)),
                ], repeats: 2, usedBy: [t("checkout"), t("search")]),
            EscalationPlansPage.Row(
                id: t("esc_2"), name: t("Platform"),
                rungs: [EscalationPlansPage.Rung(targets: [t("Ben Okafor")], patience: .minutes(30))], repeats: 0,
                usedBy: []),
        ]
    }

    private var kinds: [ChannelKind] {
        [
            ChannelKind(
                kind: t("email"), label: t("Email"), about: t("It wakes few."), isReady: false,
                fields: [.init(name: "address", label: t("Address"))]),
            ChannelKind(
                kind: "webhook", label: t("Webhook"), about: t("To a program."), isReady: true,
                fields: [
                    .init(name: "url", label: t("Address"), example: t("https://x.example")),
                    .init(name: "secret", label: t("Key"), hint: t("Once."), isSecret: true),
                ]),
        ]
    }

    private var contacts: [ContactMethodsPage.Row] {
        [
            ContactMethodsPage.Row(
                id: t("ctm_1"), kind: t("Email"), address: t("ana@example.com"),
                test: .init(.waiting, t("the receiver cannot be reached; it is tried again"), at: ago(1))),
            ContactMethodsPage.Row(
                id: t("ctm_3"), kind: t("Webhook"), address: t("https://hooks.example.com/ana"),
                test: .init(.failed, t("refused by the receiver"), at: ago(3))),
            ContactMethodsPage.Row(
                id: t("ctm_2"), kind: t("Webhook"), address: t("https://hooks.example.com/services/T02/B7/ana-phone"),
                isDisabled: true),
        ]
    }

    private func delivery(isMailConfigured: Bool) -> DeliverySettingsPage {
        var page = DeliverySettingsPage(
            channels: [
                DeliverySettingsPage.Channel(
                    name: t("Mail"),
                    state: isMailConfigured ? StateMark(t("ready"), .good) : StateMark(t("not set up"), .waiting),
                    detail: t("smtp.example.com:587, STARTTLS, from alerts@example.com")),
                DeliverySettingsPage.Channel(
                    name: t("Webhooks"), state: StateMark(t("ready"), .good), detail: t("each person's own address")),
            ], waiting: 2, sent: 148, failed: 3, isMailConfigured: isMailConfigured)
        page.log = DeliveryLogTable(
            rows: [
                DeliveryLogTable.Row(
                    at: ago(3), who: t("Ana Cruz"), channel: t("E-mail"), about: t("page"), title: t("Disk full"),
                    page: t("pag_1"), state: StateMark("failed", .bad), detail: t("550 no such user"))
            ], states: [(t("all"), "/settings/delivery", true)], kinds: [(t("page"), "/settings/delivery", false)],
            older: "/settings/delivery")
        return page
    }

    private var audit: [AuditPage.Row] {
        [
            AuditPage.Row(
                at: ago(12), actor: t("Ana Cruz"), action: t("rotated the key of"), object: t("itg_2"),
                remote: t("203.0.113.9"),
                requestID: t("req_01JD3K5M9Q")),
            AuditPage.Row(at: ago(800), actor: t("tocsin"), action: t("disabled"), object: t("usr_03")),
        ]
    }
}

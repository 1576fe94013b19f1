import Delivery
import Engine
import Identity
import Notation
import Storage

/// The organisation of a demonstration: six people, two schedules, four services, two plans, and routes that declare an incident for what
/// is critical.
struct DemoTeam {
    static let people = ["Ana", "Bo", "Carla", "Deniz", "Emil", "Farah"]
    /// Who takes pages, and who sleeps through them so that theirs climb.
    static let responder = "Bo"
    static let administrator = "demo@example.org"

    let port: Int
    let key: IntegrationKey
    let password: String

    init(port: Int) {
        self.port = port
        key = IntegrationKey.make(random: systemRandom)
        password = "demo-" + Hex.text(systemRandom(8))
    }

    static func id(_ name: String) -> String { "usr_demo-\(name.lowercased())" }

    /// Writes everything, and makes the responder's token.
    func seed(_ store: any Store, _ keys: SealingKeys) async throws -> String {
        let bench = Workbench(store, keys: keys)
        for change in changes { _ = try await bench.change(change) }
        let (passwords, administrator) = (bench.identity.passwords, UserID(Self.id("admin")))
        let hash = try await passwords.prepare(password, personal: [Self.administrator])
        try await store.write(.engine) { connection in
            try passwords.write(hash, of: administrator, keeping: nil, by: Workbench.author, on: connection)
            try FirstAdministrator.take(administrator, on: connection)
        }
        let request = Tokens.Request(
            .person, name: "the responder of the demonstration", role: .responder,
            user: UserID(Self.id(Self.responder)),
            lifetime: .days(1))
        return try await bench.identity.tokens.create(request, by: Workbench.author).secret.reveal()
    }

    private var changes: [DocumentChange] {
        var changes = Self.people.map { name in
            put(
                .user, Self.id(name),
                [
                    "name": .string(name), "email": .string("\(name.lowercased())@example.org"), "role": "responder",
                    "disabled": false,
                    "contacts": [
                        [
                            "id": .string("ctm_demo-\(name.lowercased())"), "channel": "webhook",
                            "destination": .string("http://127.0.0.1:\(port)/\(name.lowercased())"),
                            "secret": .string(WebhookKey.makeSecret().reveal()), "disabled": false,
                        ]
                    ],
                ])
        }
        changes.append(
            put(
                .user, Self.id("admin"),
                [
                    "name": "Demo administrator", "email": .string(Self.administrator), "role": "admin",
                    "disabled": false,
                    "contacts": [],
                ]))
        changes += [
            put(.schedule, "sch_demo-search", schedule("Search", ["Deniz", "Emil", "Farah"])),
            // The same people one place on, so that the second is never the first.
            put(.schedule, "sch_demo-search-2", schedule("Search, secondary", ["Emil", "Farah", "Deniz"])),
            put(.plan, "esc_demo-shop", plan("Shop", [(["Ana"], 20), (["Bo", "Carla"], 30)])),
            put(
                .plan, "esc_demo-search",
                plan(
                    "Search",
                    [
                        (["schedule:sch_demo-search"], 20), (["schedule:sch_demo-search-2"], 30),
                        (["Farah", "Deniz"], 30),
                    ])),
            put(.service, "svc_demo-checkout", service("Checkout", "Takes the money.", "esc_demo-shop")),
            put(.service, "svc_demo-catalogue", service("Catalogue", "What there is to buy.", "esc_demo-shop")),
            put(.service, "svc_demo-search", service("Search", "Finds it.", "esc_demo-search")),
            put(.service, "svc_demo-accounts", service("Accounts", "Who is who.", "esc_demo-search")),
            put(.route, "rte_demo-critical", route("What is critical is an incident", 1, "critical", declares: true)),
            put(.route, "rte_demo-rest", route("Everything else stays an alert", 2, nil, declares: false)),
            put(
                .integration, "itg_demo",
                [
                    "name": "Alertmanager of the demonstration", "dialect": "alertmanager", "service": .null,
                    "disabled": false, "keyHashes": [.string(Hex.text(key.hash))],
                    "keyHint": .string("…" + key.reveal().suffix(4)),
                ]),
        ]
        return changes
    }

    private func put(_ kind: DocumentKind, _ id: String, _ body: JSON) -> DocumentChange {
        DocumentChange(kind: kind, id: id, action: .put(body), origin: .local)
    }

    /// A week each, from Monday to Monday.
    private func schedule(_ name: String, _ people: [String]) -> JSON {
        [
            "name": .string(name), "zone": "UTC",
            "layers": [
                [
                    "id": "layer-1", "name": "Weekly", "start": "2026-01-05T09:00",
                    "every": ["count": 1, "unit": "week"],
                    "members": .array(people.map { [.string(Self.id($0))] }),
                ]
            ],
        ]
    }

    private func service(_ name: String, _ description: String, _ plan: String) -> JSON {
        ["name": .string(name), "description": .string(description), "plan": .string(plan)]
    }

    /// - Parameter rungs: names of people, or whole targets.
    private func plan(_ name: String, _ rungs: [(targets: [String], seconds: Int64)]) -> JSON {
        [
            "name": .string(name), "laps": 2,
            "rungs": .array(
                rungs.map { rung in
                    [
                        "patienceSeconds": .integer(rung.seconds),
                        "targets": .array(
                            rung.targets.map { .string($0.contains(":") ? $0 : "user:\(Self.id($0))") }),
                    ]
                }),
            "fallback": ["administrators"],
        ]
    }

    private func route(_ name: String, _ position: Int64, _ severity: String?, declares: Bool) -> JSON {
        let matchers: [JSON] = severity.map { [["name": "severity", "op": "=", "value": .string($0)]] } ?? []
        return [
            "name": .string(name), "position": .integer(position), "matchers": .array(matchers),
            "declaresFrom": declares ? "SEV1" : .null,
        ]
    }
}

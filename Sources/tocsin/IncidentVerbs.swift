import ArgumentParser
import Notation

/// `tocsin incident …`
struct IncidentVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incident", abstract: "List and read incidents.",
        subcommands: [List.self, Show.self, Timeline.self, Export.self])

    static let path = "/api/v1/incidents"

    static func path(_ key: String, _ rest: String = "") -> String { "\(path)/\(PercentCoding.encode(key))\(rest)" }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List incidents, newest first; the open ones unless --all.")

        @Flag(help: "Those that are over, too.")
        var all = false

        @Option(help: "Only of this severity.")
        var severity: String?

        @Option(help: "Only of this service, by name or id.")
        var service: String?

        @Option(name: [.customShort("q"), .long], help: "Only with this text in title or key.")
        var query: String?

        @OptionGroup var page: PageOptions
        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            var fields = page.query + [("severity", severity), ("service", service), ("q", query)].given
            if !all { fields.append(("open", "true")) }
            let answer = try await client.withClient { try await $0.get(path, query: fields) }
            client.show(answer) { json in
                let now = SystemClock.now()
                return Table(
                    ["SEVERITY", "KEY", "STATUS", "TITLE", "SERVICE", "LEAD", "DECLARED"],
                    json.items.map { item in
                        [
                            item.severityLabel, item.shown("key"), item.shown("statusLabel"), item.shown("title"),
                            item.shown("serviceName"), item.shown("leadName"),
                            item["times"]?.ago("declared", now) ?? "",
                        ]
                    }
                ).text + json.more
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Read an incident.")

        @Argument(help: "Its key.")
        var key: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let answer = try await client.withClient { try await $0.get(path(key)) }
            client.show(answer, IncidentVerbs.text)
        }
    }

    struct Timeline: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "timeline", abstract: "Read what happened in an incident, oldest first.")

        @Argument(help: "Its key.")
        var key: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let answer = try await client.withClient { try await $0.get(path(key, "/timeline")) }
            client.show(answer) { $0.items.map(\.timelineLine).joined(separator: "\n") }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the record of an incident as Markdown.")

        @Argument(help: "Its key.")
        var key: String

        @Option(help: ArgumentHelp("The server (TOCSIN_URL).", valueName: "url"))
        var url: String?

        func run() async throws {
            var client = ClientOptions()
            client.url = url
            client.json = false
            let answer = try await client.withClient { try await $0.get(path(key, "/export.md")) }
            Terminal.say(answer.text)
        }
    }

    // MARK: For people

    static func text(_ incident: JSON) -> String {
        let now = SystemClock.now()
        let roles = (incident["roles"]?.array ?? []).filter { $0["user"]?.string != nil }.map { role in
            "\(role.shown("role")): \(role["userName"]?.string ?? role.shown("user"))"
        }
        let alerts = incident["alerts"]?.array ?? []
        let firing = alerts.filter { $0["resolvedAt"]?.string == nil }.count
        let times = incident["times"] ?? .null
        var details = [
            ("Service", incident.shown("serviceName")), ("Declared", times.when("declared", now)),
            ("Acknowledged", times.when("acknowledged", now)), ("Mitigated", times.when("mitigated", now)),
            ("Resolved", times.when("resolved", now)), ("Closed", times.when("closed", now)),
            ("Roles", roles.joined(separator: ", ")),
        ]
        if !alerts.isEmpty { details.append(("Alerts", "\(alerts.count), of which \(firing) fire")) }
        details.append(("Pages", (incident["pages"]?.array ?? []).compactMap(\.string).joined(separator: ", ")))
        details.append(("Next", (incident["next"]?.array ?? []).compactMap(\.string).joined(separator: ", ")))
        let kind = incident["kind"]?.string.flatMap { $0 == "real" ? nil : "  (\($0))" } ?? ""
        return Sheet(
            heading: "\(incident.severityLabel)  \(incident.shown("key"))  \(incident.shown("statusLabel"))\(kind)",
            title: incident.shown("title"), details: details
        ).text
    }

    /// One line after a change.
    static func line(_ incident: JSON) -> String {
        "\(incident.severityLabel)  \(incident.shown("key"))  \(incident.shown("statusLabel"))  \(incident.shown("title"))"
    }
}

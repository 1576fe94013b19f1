import ArgumentParser
import Notation

/// `tocsin alert …`
struct AlertVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alert", abstract: "List, read, take, resolve and send alerts.",
        subcommands: [List.self, Show.self, Ack.self, Resolve.self, Declare.self, Send.self])

    private static let path = "/api/v1/alerts"

    private static func path(_ id: String, _ rest: String = "") -> String {
        "\(path)/\(PercentCoding.encode(id))\(rest)"
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List alerts, newest first; the open ones unless --all.")

        @Flag(help: "Those that are resolved, too.")
        var all = false

        @Option(help: "Only firing, acknowledged or resolved ones.")
        var state: String?

        @Option(help: "Only of this service, by name or id.")
        var service: String?

        @Option(help: "Only of this incident, by its key.")
        var incident: String?

        @Option(help: ArgumentHelp("Only with this label; may be repeated.", valueName: "name=value"))
        var label: [String] = []

        @Option(name: [.customShort("q"), .long], help: "Only with this text in the title.")
        var query: String?

        @OptionGroup var page: PageOptions
        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            var fields = page.query
            fields += [("state", state), ("service", service), ("incident", incident), ("q", query)].given
            fields += label.map { ("label", $0) }
            if !all, state == nil { fields.append(("open", "true")) }
            let answer = try await client.withClient { try await $0.get(path, query: fields) }
            client.show(answer) { json in
                let now = SystemClock.now()
                return Table(
                    ["SEVERITY", "STATE", "TITLE", "SERVICE", "COUNT", "LAST SEEN", "INCIDENT", "ID"],
                    json.items.map { item in
                        [
                            item.severityLabel, item.shown("state"), item.shown("title"), item.shown("serviceName"),
                            item.shown("count"), item.ago("lastSeen", now), item.shown("incident"), item.shown("id"),
                        ]
                    }
                ).text + json.more
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Read an alert, and why it did what it did.")

        @Argument(help: "Its id.")
        var id: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let answer = try await client.withClient { try await $0.get(path(id)) }
            client.show(answer, AlertVerbs.text)
        }
    }

    struct Ack: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take an alert, and its page.",
            discussion: "Somebody may have been faster: the answer says who has it.")

        @Argument(help: "Its id.")
        var id: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let answer = try await client.withClient { try await $0.post(path(id, "/acknowledge")) }
            client.show(answer, \.acknowledgementLine)
        }
    }

    struct Resolve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say that an alert is over.")

        @Argument(help: "Its id.")
        var id: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let answer = try await client.withClient { try await $0.post(path(id, "/resolve")) }
            client.show(answer, AlertVerbs.line)
        }
    }

    struct Declare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Declare an incident from an alert.")

        @Argument(help: "Its id.")
        var id: String

        @Option(name: .shortAndLong, help: "The incident's title; the alert's when it is not given.")
        var title: String?

        @Option(name: .shortAndLong, help: "The incident's severity; the alert's when it is not given.")
        var severity: String?

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let members = [("title", title), ("severity", severity)].members
            var words: [String: String] = [:]
            words["severity"] = severity
            let answer = try await client.withClient { [words] in
                try await $0.post(path(id, "/declare"), .object(members), words: words)
            }
            client.show(answer) { "\($0.shown("key"))\n\(IncidentVerbs.line($0))" }
        }
    }

    // MARK: For people

    private static func text(_ alert: JSON) -> String {
        let now = SystemClock.now()
        let labels = (alert["labels"]?.members ?? []).map { "\($0.name)=\($0.value.string ?? "")" }
        var sheet = Sheet(
            heading: "\(alert.severityLabel)  \(alert.shown("state"))  \(alert.shown("id"))",
            title: alert.shown("title"),
            details: [
                ("Service", alert.shown("serviceName")), ("From", alert.shown("integrationName")),
                ("Key", alert.shown("dedupKey")), ("Count", alert.shown("count")),
                ("First seen", alert.when("firstSeen", now)), ("Last seen", alert.when("lastSeen", now)),
                ("Taken by", alert.shown("acknowledgedByName")), ("Resolved", alert.when("resolvedAt", now)),
                ("Incident", alert.shown("incident")), ("Page", alert.shown("page")), ("Source", alert.shown("url")),
                ("Labels", labels.joined(separator: "  ")),
            ])
        sheet.add("Why", (alert["explanation"]?.array ?? []).compactMap(\.string))
        sheet.add("What happened", (alert["timeline"]?.array ?? []).map(\.timelineLine))
        return sheet.text
    }

    private static func line(_ alert: JSON) -> String {
        let by = alert["acknowledgedByName"]?.string.map { " (taken by \(Wording.oneLine($0)))" } ?? ""
        return "\(alert.severityLabel)  \(alert.shown("state"))  \(alert.shown("title"))\(by)"
    }
}

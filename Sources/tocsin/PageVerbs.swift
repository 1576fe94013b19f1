import ArgumentParser
import Chronology
import Notation
import Playbooks

/// `tocsin page …`
struct PageVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "page", abstract: "List, read, take, escalate, put off and hand over pages.",
        subcommands: [List.self, Show.self, Ack.self, Escalate.self, Snooze.self, HandOver.self])

    private static let path = "/api/v1/pages"

    private static func path(_ id: String, _ rest: String = "") -> String {
        "\(path)/\(PercentCoding.encode(id))\(rest)"
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List pages, newest first; the open ones unless --all.")

        @Flag(help: "Those that have ended, too.")
        var all = false

        @OptionGroup var page: PageOptions
        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let fields = page.query + (all ? [] : [("open", "true")])
            let answer = try await client.withClient { try await $0.get(path, query: fields) }
            client.show(answer) { json in
                let now = SystemClock.now()
                return Table(
                    ["PHASE", "TITLE", "PLAN", "OPENED", "NEXT STEP", "TAKEN BY", "ID"],
                    json.items.map { item in
                        [
                            item.shown("phase"), item.shown("title"), item.shown("plan"), item.ago("openedAt", now),
                            item.ago("deadline", now), item.shown("acknowledgedByName"), item.shown("id"),
                        ]
                    }
                ).text + json.more
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read a page: its rungs, who was told, and what became of it.")

        @Argument(help: "Its id.")
        var id: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let answer = try await client.withClient { try await $0.get(path(id)) }
            client.show(answer, PageVerbs.text)
        }
    }

    struct Ack: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a page: it climbs no further.",
            discussion: "Somebody may have been faster: the answer says who has it.")

        @Argument(help: "Its id.")
        var id: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let answer = try await client.withClient { try await $0.post(path(id, "/acknowledge")) }
            client.show(answer, \.acknowledgementLine)
        }
    }

    struct Escalate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Go to the next rung of a page now.")

        @Argument(help: "Its id.")
        var id: String

        @Option(help: "Why the next people are needed.")
        var why: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let answer = try await client.withClient { try await $0.post(path(id, "/escalate"), ["why": .string(why)]) }
            client.show(answer) { "\($0.shown("phase"))  \($0.shown("title"))" }
        }
    }

    struct Snooze: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell nobody of a page for a time; then it climbs anew.")

        @Argument(help: "Its id.")
        var id: String

        @Option(name: .customLong("for"), help: "How long, at most 7 days.", transform: { try Duration(notation: $0) })
        var length: Duration

        @Option(help: "Why it can wait.")
        var why: String?

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let until = SystemClock.now() + length
            let answer = try await client.withClient {
                try await $0.post(
                    path(id, "/snooze"),
                    ["until": .string(until.rfc3339()), "why": why.map(JSON.string) ?? .null])
            }
            client.show(answer) {
                "\($0.shown("phase")) until \($0.when("deadline", SystemClock.now()))  \($0.shown("title"))"
            }
        }
    }

    struct HandOver: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell somebody else of a page now, or take another rung of its plan.")

        @Argument(help: "Its id.")
        var id: String

        @Option(help: "user:ID, schedule:ID or team:ID.")
        var to: String?

        @Option(help: "Instead of --to: a rung, counted from 1.")
        var rung: Int?

        @Option(help: "Why it is theirs.")
        var why: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func validate() throws {
            guard (to == nil) != (rung == nil) else { throw ValidationError("Say either --to or --rung.") }
        }

        func run() async throws {
            let answer = try await client.withClient {
                try await $0.post(
                    path(id, "/hand-over"),
                    [
                        "to": to.map(JSON.string) ?? .null,
                        "rung": rung.map { .integer(Int64($0) - 1) } ?? .null, "why": .string(why),
                    ])
            }
            client.show(answer) { "\($0.shown("phase"))  \($0.shown("title"))" }
        }
    }

    // MARK: For people

    private static func text(_ page: JSON) -> String {
        let now = SystemClock.now()
        let end = page["phase"] == "exhausted" ? "All tried" : "Ended"
        let rung = page["rung"]?.integer.map { "\($0 + 1) of \(page["rungs"]?.array?.count ?? 0)" } ?? ""
        var sheet = Sheet(
            heading: "\(page.shown("phase"))  \(page.shown("id"))", title: page.shown("title"),
            details: [
                ("Plan", page.shown("plan")), ("Incident", page.shown("incident")),
                ("Opened", page.when("openedAt", now)), ("Rung", rung), ("Next step", page.when("deadline", now)),
                ("Taken by", page.shown("acknowledgedByName")), ("Taken", page.when("acknowledgedAt", now)),
                (end, page.when("endedAt", now)), ("Because", page.shown("endedBecause")),
            ])
        sheet.add(
            "Who was told",
            (page["notices"]?.array ?? []).map { notice in
                let name = notice["userName"]?.string ?? notice.shown("user")
                let reason = notice["reason"]?.string.map { ": \($0)" } ?? ""
                return "\(name) by \(notice.shown("channel")): \(notice.shown("result"))\(reason)"
            })
        sheet.add("What happened", (page["timeline"]?.array ?? []).map(\.timelineLine))
        return sheet.text
    }
}

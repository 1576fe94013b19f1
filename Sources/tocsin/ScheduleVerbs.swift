import ArgumentParser
import Chronology
import Notation

/// `tocsin oncall` and `tocsin schedule …`
enum ScheduleVerbs {
    static let path = "/api/v1/schedules"

    static func path(_ id: String, _ rest: String = "") -> String { "\(path)/\(PercentCoding.encode(id))\(rest)" }

    struct OnCall: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "oncall", abstract: "Say who is on call, in every schedule or in one.")

        @Option(help: "At that instant, RFC 3339; now when it is not given.")
        var at: String?

        @Option(help: "A schedule's id or name.")
        var schedule: String?

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let fields = [("at", at), ("schedule", schedule)].compactMap { name, text in text.map { (name, $0) } }
            let answer = try await client.withClient { try await $0.get("/api/v1/oncall", query: fields) }
            client.show(answer) { json in
                let now = SystemClock.now()
                guard !json.items.isEmpty else { return "There is no schedule." }
                return Table(
                    ["SCHEDULE", "ON CALL", "WHY", "UNTIL"],
                    json.items.flatMap { item -> [[String]] in
                        let people = item["people"]?.array ?? []
                        let until = item.when("until", now)
                        guard !people.isEmpty else { return [[item.shown("name"), "nobody", "", until]] }
                        return people.map { [item.shown("name"), $0.shown("name"), $0.shown("why"), until] }
                    }
                ).text
            }
        }
    }

    struct Group: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "schedule", abstract: "Read, write and override schedules.",
            subcommands: [
                List.self, Show.self, Put.self, Remove.self, OverrideVerb.self, Offer.self, Take.self, EndOverride.self,
            ])
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List schedules.")

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let answer = try await client.withClient { try await $0.get(path, query: [("limit", "200")]) }
            client.show(answer) { json in
                Table(
                    ["NAME", "ZONE", "LAYERS", "ID"],
                    json.items.map { item in
                        let layers = (item["layers"]?.array ?? []).map { $0.shown("name") }.joined(separator: ", ")
                        return [item.shown("name"), item.shown("zone"), layers, item.shown("id")]
                    }
                ).text + json.more
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the shifts of a schedule, and what is wrong with them.",
            discussion: "Past shifts are shown as they were, whatever the schedule says now.")

        @Argument(help: "Its id.")
        var id: String

        @Option(help: "From when on, RFC 3339; now when it is not given.")
        var from: String?

        @Option(help: "Until when; four weeks later when it is not given.")
        var to: String?

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let fields = [("from", from), ("to", to)].compactMap { name, text in text.map { (name, $0) } }
            let (shifts, coverage) = try await client.withClient {
                (
                    try await $0.get(ScheduleVerbs.path(id, "/shifts"), query: fields),
                    try await $0.get(ScheduleVerbs.path(id, "/coverage"), query: fields)
                )
            }
            client.show(shifts) { json in
                let findings = (coverage.json["findings"]?.array ?? []).map { "! " + $0.shown("sentence") }
                let table = Table(
                    ["FROM", "TO", "ON CALL", "WHY"],
                    json.items.map { item in
                        [item.shown("from"), item.shown("to"), item.shown("name"), item.shown("why")]
                    }
                ).text
                return ([json.items.isEmpty ? "Nobody is on call in that time." : table] + findings)
                    .joined(separator: "\n")
            }
        }
    }

    struct Put: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make or change a schedule from a JSON file.",
            discussion: "The file is what `tocsin schedule list --json` shows of one; docs/oncall.md has examples.")

        @Argument(help: ArgumentHelp("The file; - reads standard input.", valueName: "file"))
        var file: String

        @Option(help: "The id of the schedule that it replaces; a new one is made when it is not given.")
        var id: String?

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let text = file == "-" ? try Terminal.everything() : try LocalFile.read(file)
            let body: JSON
            do throws(InputFault) {
                body = try JSON(parsing: text, limits: .stored)
            } catch {
                throw Failure("\(file): \(error.place): \(error.reason)")
            }
            let answer = try await client.withClient { client in
                if let id {
                    try await client.put(ScheduleVerbs.path(id), body)
                } else {
                    try await client.post(path, body)
                }
            }
            client.show(answer) { "\($0.shown("name")) has the id \($0.shown("id"))." }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take a schedule away that nothing uses.")

        @Argument(help: "Its id.")
        var id: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let answer = try await client.withClient { try await $0.delete(ScheduleVerbs.path(id)) }
            client.show(answer) { _ in "It is gone." }
        }
    }

    struct OverrideVerb: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "override", abstract: "Put somebody on call for a time, or take somebody off.",
            discussion: """
                With --for the person stands in: whenever the other would be on call, they are. Otherwise they are \
                added; --replace puts them in the place of everybody, --remove takes them off.
                """)

        @Argument(help: "The schedule's id.")
        var schedule: String

        @Argument(help: "People: e-mail address, name or id.")
        var people: [String]

        @Option(help: "From when on, RFC 3339; now when it is not given.")
        var from: String?

        @Option(help: "Until when, RFC 3339.")
        var to: String

        @Option(name: .customLong("for"), help: "For whom the person stands in.")
        var absent: String?

        @Flag(help: "In the place of everybody who would be on call.")
        var replace = false

        @Flag(help: "Off call.")
        var remove = false

        @Option(help: "Why.")
        var why: String?

        @OptionGroup(title: "The server") var client: ClientOptions

        func validate() throws {
            if [absent != nil, replace, remove].count(where: { $0 }) > 1 {
                throw ValidationError("Give one of --for, --replace and --remove.")
            }
        }

        func run() async throws {
            let kind = absent != nil ? "stand-in" : replace ? "replace" : remove ? "remove" : "add"
            let body: JSON = [
                "kind": .string(kind), "users": .array(people.map(JSON.string)),
                "for": absent.map(JSON.string) ?? .null, "from": .string(from ?? SystemClock.now().rfc3339()),
                "to": .string(to), "why": why.map(JSON.string) ?? .null,
            ]
            let answer = try await client.withClient {
                try await $0.post(ScheduleVerbs.path(schedule, "/overrides"), body)
            }
            client.show(answer) { "The override \($0.shown("id")) lasts until \($0.shown("to"))." }
        }
    }

    struct Offer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Offer a shift to others; it stays yours until somebody takes it.")

        @Argument(help: "The schedule's id.")
        var schedule: String

        @Argument(help: "To whom: e-mail address, name or id; anybody when nobody is given.")
        var people: [String] = []

        @Option(help: "From when on, RFC 3339.")
        var from: String

        @Option(help: "Until when, RFC 3339.")
        var to: String

        @Option(name: .customLong("for"), help: "Whose shift it is; that of the token's person when it is not given.")
        var absent: String?

        @Option(help: "Why.")
        var why: String?

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let body: JSON = [
                "kind": "offer", "users": .array(people.map(JSON.string)), "for": absent.map(JSON.string) ?? .null,
                "from": .string(from), "to": .string(to), "why": why.map(JSON.string) ?? .null,
            ]
            let answer = try await client.withClient {
                try await $0.post(ScheduleVerbs.path(schedule, "/overrides"), body)
            }
            client.show(answer) { "It is offered: tocsin schedule take \(Wording.oneLine(schedule)) \($0.shown("id"))" }
        }
    }

    struct Take: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take an offered shift over.")

        @Argument(help: "The schedule's id.")
        var schedule: String

        @Argument(help: "The offer's id.")
        var offer: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let place = ScheduleVerbs.path(schedule, "/overrides/\(PercentCoding.encode(offer))/take")
            let answer = try await client.withClient { try await $0.post(place) }
            client.show(answer) { "You are on call until \($0.shown("to"))." }
        }
    }

    struct EndOverride: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "end-override", abstract: "End an override, or take one back that is to come.")

        @Argument(help: "The schedule's id.")
        var schedule: String

        @Argument(help: "The override's id.")
        var override: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let place = ScheduleVerbs.path(schedule, "/overrides/" + PercentCoding.encode(override))
            let answer = try await client.withClient { try await $0.delete(place) }
            client.show(answer) { _ in "It has no effect any more." }
        }
    }
}

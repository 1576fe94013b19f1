import ArgumentParser
import Chronology
import Notation

/// `tocsin hand-off …`
struct HandOffVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hand-off", abstract: "Read hand-offs, write into them and take shifts over.",
        subcommands: [List.self, Show.self, Note.self, Strike.self, Ready.self, Ack.self])

    private static let path = "/api/v1/hand-offs"

    private static func path(_ id: String, _ rest: String = "") -> String {
        "\(path)/\(PercentCoding.encode(id))\(rest)"
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List hand-offs, newest first; those that are not over unless --all.")

        @Flag(help: "Those that are over, too.")
        var all = false

        @Option(help: "A schedule's id or name.")
        var schedule: String?

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let fields = (all ? [] : [("open", "true")]) + (schedule.map { [("schedule", $0)] } ?? [])
            let answer = try await client.withClient { try await $0.get(path, query: fields) }
            client.show(answer) { json in
                let now = SystemClock.now()
                return Table(
                    ["AT", "PHASE", "SCHEDULE", "AWAITED", "ID"],
                    json.items.map { item in
                        let awaited = (item["awaited"]?.array ?? []).compactMap(\.string).joined(separator: ", ")
                        return [
                            item.when("at", now), item.shown("phase"), item.shown("schedule"),
                            Wording.oneLine(awaited), item.shown("id"),
                        ]
                    }
                ).text + json.more
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read a hand-off: what was open, what was written down, and the checklist.")

        @Argument(help: "Its id.")
        var id: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let answer = try await client.withClient { try await $0.get(path(id)) }
            client.show(answer, HandOffVerbs.text)
        }
    }

    struct Note: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write something down for whoever comes.", discussion: "It stays until somebody strikes it.")

        @Argument(help: "Its id.")
        var id: String

        @Argument(help: "What they should know.")
        var text: String

        @Option(help: "issue, maintenance or other.")
        var kind = "issue"

        @Option(help: "Until when it holds, RFC 3339.")
        var until: String?

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let body: JSON = [
                "kind": .string(kind), "text": .string(text), "until": until.map(JSON.string) ?? .null,
            ]
            let answer = try await client.withClient { try await $0.post(path(id, "/notes"), body) }
            client.show(answer, HandOffVerbs.text)
        }
    }

    struct Strike: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Strike a note that is settled.")

        @Argument(help: "The hand-off's id.")
        var id: String

        @Argument(help: "The note's id.")
        var note: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let answer = try await client.withClient {
                try await $0.delete(path(id, "/notes/" + PercentCoding.encode(note)))
            }
            client.show(answer, HandOffVerbs.text)
        }
    }

    struct Ready: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say that you have a thing of the checklist.")

        @Argument(help: "The hand-off's id.")
        var id: String

        @Argument(help: "Which, counted from 1.")
        var item: Int

        @Flag(name: .customLong("not"), help: "You do not have it after all.")
        var isMissing = false

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let body: JSON = ["item": .integer(Int64(item)), "ready": .bool(!isMissing)]
            let answer = try await client.withClient { try await $0.post(path(id, "/readiness"), body) }
            client.show(answer, HandOffVerbs.text)
        }
    }

    struct Ack: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that you have taken over.", discussion: "With a token of whoever comes on call.")

        @Argument(help: "The hand-off's id.")
        var id: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let answer = try await client.withClient { try await $0.post(path(id, "/acknowledge")) }
            client.show(answer, HandOffVerbs.text)
        }
    }

    /// One hand-off on a terminal.
    private static func text(_ json: JSON) -> String {
        let now = SystemClock.now()
        func names(_ member: String) -> String {
            let names = (json[member]?.array ?? []).map { $0.shown("name") }
            return names.isEmpty ? "nobody" : names.joined(separator: ", ")
        }
        var lines = [
            "\(names("leaving")) → \(names("coming")), \(json.when("at", now)), \(json.shown("phase"))"
        ]
        if let why = json["why"]?.string { lines.append(Wording.oneLine(why)) }
        for (index, item) in (json["readiness"]?.array ?? []).enumerated() {
            let ready = (json["coming"]?.array ?? []).filter { person in
                (person["ready"]?.array ?? []).contains(.integer(Int64(index + 1)))
            }.map { $0.shown("name") }
            let names = ready.isEmpty ? "" : " (\(ready.joined(separator: ", ")))"
            lines.append("\(ready.isEmpty ? "[ ]" : "[x]") \(index + 1) \(Wording.oneLine(item.string ?? ""))\(names)")
        }
        for note in json["notes"]?.array ?? [] {
            lines.append("\(note.shown("kind")): \(note.shown("text")) (\(note.shown("byName")), \(note.shown("id")))")
        }
        if let packet = json["packet"], !packet.isNull {
            for incident in packet["incidents"]?.array ?? [] {
                lines.append(
                    "incident \(incident.shown("key")) \(incident.shown("severity")) \(incident.shown("title"))")
            }
            for page in packet["pages"]?.array ?? [] {
                lines.append("page \(page.shown("id")) \(page.shown("title")) \(page.shown("phase"))")
            }
            for promise in packet["promises"]?.array ?? [] {
                lines.append(
                    "promised in \(promise.shown("incident")): \(promise.shown("title")) \(promise.when("due", now))")
            }
        }
        return lines.joined(separator: "\n")
    }
}

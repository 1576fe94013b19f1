import ArgumentParser
import Notation

/// What is done to an incident in the words of its playbook.
enum ProcedureVerbs {
    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell an audience where an incident stands.",
            discussion: """
                The promise of the next update is kept by it, and the next one begins. With a template of the playbook \
                Tocsin writes the message of what is known; `tocsin draft` shows it before.
                """)

        @Argument(help: "The incident's key.")
        var key: String

        @Option(
            name: .shortAndLong,
            help: "An audience of the playbook, such as internal; that of the template when it is not given.")
        var audience: String?

        @Option(name: .shortAndLong, help: "What there is to say; what the template says when it is not given.")
        var message: String?

        @Option(name: .shortAndLong, help: "A template of the playbook, such as status-update.")
        var template: String?

        @Option(
            help: ArgumentHelp(
                "An answer to a question of the template; may be given several times.", valueName: "question=text"))
        var answer: [String] = []

        @Option(help: "A stage of the playbook's status page, such as investigating.")
        var stage: String?

        @OptionGroup(title: "The server") var client: ClientOptions

        func validate() throws {
            if template == nil, audience == nil || message == nil {
                throw ValidationError("Give --audience and --message, or a --template.")
            }
            if template == nil, !answer.isEmpty { throw ValidationError("Answers are for a --template.") }
        }

        func run() async throws {
            var members = [
                ("audience", audience), ("message", message), ("template", template), ("stage", stage),
            ].members
            if !answer.isEmpty {
                members.append(JSON.Member("answers", .object(try ProcedureVerbs.fields(answer))))
            }
            try await ProcedureVerbs.send(key, "/updates", members, client)
        }
    }

    struct Draft: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the messages of an incident's playbook, filled in with what is known.",
            discussion: "Without a template it lists them. Nothing is sent; `tocsin update --template` sends one.")

        @Argument(help: "The incident's key.")
        var key: String

        @Argument(help: "A template of the playbook.")
        var template: String?

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            if let template {
                let path = IncidentVerbs.path(key, "/drafts/" + PercentCoding.encode(template))
                let draft = try await client.withClient { try await $0.get(path) }
                return client.show(draft) { json in
                    let subject = json["subject"]?.string.map { "Subject: \(Wording.oneLine($0))\n\n" } ?? ""
                    let gaps = (json["gaps"]?.array ?? []).compactMap(\.string)
                    let missing =
                        gaps.isEmpty ? "" : "\n\nStill missing: \(Wording.oneLine(gaps.joined(separator: ", ")))"
                    return subject + Wording.lines(json["text"]?.string ?? "") + missing
                }
            }
            let drafts = try await client.withClient { try await $0.get(IncidentVerbs.path(key, "/drafts")) }
            client.show(drafts) { json in
                guard !json.items.isEmpty else { return "Its playbook has no message for such an incident." }
                return Table(
                    ["TEMPLATE", "WHAT", "AUDIENCE", "STILL MISSING"],
                    json.items.map { draft in
                        [
                            draft.shown("template"), draft.shown("title"), draft.shown("audience"),
                            (draft["gaps"]?.array ?? []).compactMap(\.string).joined(separator: ", "),
                        ]
                    }
                ).text
            }
        }
    }

    struct Mark: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Note that something has happened that the playbook counts from.",
            discussion: """
                Such as progress-noted, mitigated, fix-deployed, fix-verified, hypothesis-concluded, \
                mitigation-succeeded, review-scheduled, review-held, review-published, actions-owned.
                """)

        @Argument(help: "The incident's key.")
        var key: String

        @Argument(help: "What has happened.")
        var event: String

        @Option(name: .shortAndLong, help: "What there is to say about it.")
        var detail: String?

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            try await ProcedureVerbs.send(
                key, "/events", [JSON.Member("event", .string(event))] + [("detail", detail)].members, client)
        }
    }

    struct Answer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Answer fields of an incident's playbook.", usage: "tocsin answer KEY FIELD=TEXT …")

        @Argument(help: "The incident's key.")
        var key: String

        @Argument(help: ArgumentHelp("An answer; nothing behind the = takes one back.", valueName: "field=text"))
        var answers: [String]

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let fields = try ProcedureVerbs.fields(answers)
            let answer = try await client.withClient {
                try await $0.put(IncidentVerbs.path(key, "/fields"), ["fields": .object(fields)])
            }
            client.show(answer, IncidentVerbs.line)
        }
    }

    struct Task: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the tasks of an incident, or tick one.",
            discussion: "Without --done and --open it lists them.")

        @Argument(help: "The incident's key.")
        var key: String

        @Option(help: ArgumentHelp("Tick this one, such as closure/told.", valueName: "task"))
        var done: String?

        @Option(help: ArgumentHelp("Take the tick of this one away.", valueName: "task"))
        var open: String?

        @Option(name: .shortAndLong, help: "The answer, where the task asks for one.")
        var answer: String?

        @OptionGroup(title: "The server") var client: ClientOptions

        func validate() throws {
            if done != nil, open != nil { throw ValidationError("Give --done or --open, not both.") }
        }

        func run() async throws {
            if let task = done ?? open {
                let members =
                    [JSON.Member("task", .string(task)), JSON.Member("done", .bool(done != nil))]
                    + [("answer", answer)].members
                return try await ProcedureVerbs.send(key, "/tasks", members, client)
            }
            let incident = try await client.withClient { try await $0.get(IncidentVerbs.path(key)) }
            client.show(incident) { json in
                Table(
                    ["DONE", "TASK", "WHAT", "WHOSE"],
                    (json["tasks"]?.array ?? []).map { task in
                        [
                            task["done"]?.bool == true ? "yes" : "", task.shown("id"), task.shown("text"),
                            task.shown("role"),
                        ]
                    }
                ).text
            }
        }
    }

    struct Owed: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "owed", abstract: "List what incidents owe, the most urgent first.",
            discussion: "With a key: of that incident, with what is done.")

        @Argument(help: "An incident's key; every open incident when it is not given.")
        var key: String?

        @Flag(help: "Say why each is due when it is.")
        var explain = false

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let path = key.map { IncidentVerbs.path($0) } ?? "/api/v1/obligations"
            let answer = try await client.withClient { try await $0.get(path) }
            client.show(answer) { json in
                let now = SystemClock.now()
                let owed = json["obligations"]?.array ?? json.items
                guard !owed.isEmpty else { return "Nothing is owed." }
                if explain {
                    return owed.map { item in
                        let why = (item["explanation"]?.array ?? []).compactMap(\.string).map { "  " + $0 }
                        let place = item["line"]?.integer.map { ["  line \($0) of the playbook"] } ?? []
                        return (["\(item.shown("id")): \(item.shown("title"))"] + why + place).joined(separator: "\n")
                    }.joined(separator: "\n")
                }
                return Table(
                    ["STATE", "DUE", "WHAT", "OBLIGATION", "INCIDENT"],
                    owed.map { item in
                        let late = item["late"]?.bool == true ? ", late" : ""
                        return [
                            item.shown("state") + late, item.when("due", now), item.shown("title"), item.shown("id"),
                            item["incident"]?.string ?? key ?? "",
                        ]
                    }
                ).text
            }
        }
    }

    struct Done: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say that something an incident owes is done.")

        @Argument(help: "The incident's key.")
        var key: String

        @Argument(help: "What was owed, such as message/tell-declared.")
        var obligation: String

        @Option(name: .shortAndLong, help: "What there is to say about it.")
        var note: String?

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            try await ProcedureVerbs.send(
                key, "/obligations/met", [JSON.Member("obligation", .string(obligation))] + [("note", note)].members,
                client)
        }
    }

    struct Waive: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that something an incident owes is not wanted, and why.")

        @Argument(help: "The incident's key.")
        var key: String

        @Argument(help: "What was owed, such as clock/resolve.")
        var obligation: String

        @Option(help: "Why it is not wanted.")
        var why: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            try await ProcedureVerbs.send(
                key, "/obligations/waived",
                [JSON.Member("obligation", .string(obligation)), JSON.Member("why", .string(why))], client)
        }
    }

    // MARK: Sending

    static func send(
        _ key: String, _ rest: String, _ members: [JSON.Member], _ client: ClientOptions
    ) async throws {
        let answer = try await client.withClient {
            try await $0.post(IncidentVerbs.path(key, rest), .object(members))
        }
        client.show(answer, IncidentVerbs.line)
    }

    /// `works=nothing` and its like.
    static func fields(_ words: [String]) throws(ValidationError) -> [JSON.Member] {
        var members: [JSON.Member] = []
        for word in words {
            guard let equals = word.firstIndex(of: "="), equals != word.startIndex else {
                throw ValidationError("\"\(word)\" is not an answer; write FIELD=TEXT.")
            }
            members.append(
                JSON.Member(String(word[..<equals]), .string(String(word[word.index(after: equals)...]))))
        }
        return members
    }
}

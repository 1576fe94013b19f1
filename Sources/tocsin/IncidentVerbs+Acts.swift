import ArgumentParser
import Notation

/// The verbs by which an incident is run.
extension IncidentVerbs {
    struct Declare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Declare an incident.", discussion: "Prints its key first, for the verbs that follow.")

        @Option(name: .shortAndLong, help: "What is wrong, in one line.")
        var title: String

        @Option(
            name: .shortAndLong,
            help: "A severity of the playbook; what the answers suggest when it is not given.")
        var severity: String?

        @Option(
            name: [.customShort("f"), .customLong("field")],
            help: ArgumentHelp("An answer to a field of the playbook; may be repeated.", valueName: "field=text"))
        var fields: [String] = []

        @Option(help: "Why the severity is milder than the answers suggest.")
        var why: String?

        @Option(help: "What breaks: a service's name or id.")
        var service: String?

        @Option(help: "The playbook, when it is not the usual one.")
        var playbook: String?

        @Option(help: "A first note.")
        var note: String?

        @Flag(help: "It is an exercise.")
        var drill = false

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let given = [
                ("severity", severity), ("service", service), ("playbook", playbook), ("note", note), ("why", why),
            ].given
            var members = [JSON.Member("title", .string(title))] + given.map { JSON.Member($0.0, .string($0.1)) }
            let answers = try ProcedureVerbs.fields(fields)
            if !answers.isEmpty { members.append(JSON.Member("fields", .object(answers))) }
            if drill { members.append(JSON.Member("kind", "drill")) }
            var words: [String: String] = [:]
            words["severity"] = severity
            words["service"] = service
            let answer = try await client.withClient { [words] in
                try await $0.post(path, .object(members), words: words)
            }
            client.show(answer) { "\($0.shown("key"))\n\(line($0))" }
        }
    }

    struct ChangeStatus: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status", abstract: "Change the status of an incident.")

        @Argument(help: "The incident's key.")
        var key: String

        @Argument(help: "The new status.")
        var status: String

        @Option(name: .shortAndLong, help: "What there is to say about it.")
        var message: String?

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            try await change(key, to: status, message, client)
        }
    }

    struct Resolve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say that the impact of an incident is over.")

        @Argument(help: "The incident's key.")
        var key: String

        @Option(name: .shortAndLong, help: "What there is to say about it.")
        var message: String?

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            try await change(key, to: "resolved", message, client)
        }
    }

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say that nothing is owed for an incident any more.")

        @Argument(help: "The incident's key.")
        var key: String

        @Option(name: .shortAndLong, help: "What there is to say about it.")
        var message: String?

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            try await change(key, to: "closed", message, client)
        }
    }

    private static func change(
        _ key: String, to status: String, _ message: String?, _ client: ClientOptions
    ) async throws {
        let members = [JSON.Member("status", .string(status))] + [("message", message)].members
        let answer = try await client.withClient { try await $0.post(path(key, "/status"), .object(members)) }
        client.show(answer, line)
    }

    struct ChangeSeverity: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "severity", abstract: "Change the severity of an incident.")

        @Argument(help: "The incident's key.")
        var key: String

        @Argument(help: "The new severity.")
        var severity: String

        @Option(help: "Why it is worse or milder than was thought.")
        var why: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let answer = try await client.withClient {
                try await $0.post(
                    path(key, "/severity"), ["severity": .string(severity), "why": .string(why)],
                    words: ["severity": severity])
            }
            client.show(answer, line)
        }
    }

    struct Assign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give a role in an incident to somebody.")

        @Argument(help: "The incident's key.")
        var key: String

        @Argument(help: "A role of the playbook, such as incident-commander.")
        var role: String

        @Argument(help: "A person's e-mail address, name or id.")
        var user: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let answer = try await client.withClient {
                try await $0.post(
                    path(key, "/roles"), ["role": .string(role), "user": .string(user)], words: ["user": user])
            }
            client.show(answer) { "\(line($0))\n\(Wording.oneLine(user)) is \(Wording.oneLine(role))." }
        }
    }

    struct Unassign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a role in an incident back.", discussion: "Without a person: from everybody who has it.")

        @Argument(help: "The incident's key.")
        var key: String

        @Argument(help: "A role of the playbook, such as incident-commander.")
        var role: String

        @Argument(help: "A person's e-mail address, name or id.")
        var user: String?

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let place = path(key, "/roles/" + PercentCoding.encode(role))
            let answer = try await client.withClient {
                try await $0.delete(place + (user.map { "?user=" + PercentCoding.encode($0) } ?? ""))
            }
            client.show(answer, line)
        }
    }

    struct Note: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add a note to the timeline of an incident.")

        @Argument(help: "The incident's key.")
        var key: String

        @Argument(help: "The note; - reads it from standard input.")
        var text: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let note = text == "-" ? try Terminal.everything() : text
            let answer = try await client.withClient { try await $0.post(path(key, "/notes"), ["text": .string(note)]) }
            client.show(answer) { "Noted in \($0.shown("key"))." }
        }
    }
}

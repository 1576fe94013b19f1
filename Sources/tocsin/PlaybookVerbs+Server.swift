import ArgumentParser
import Notation
import Playbooks

// The verbs that change what a server knows of a playbook.
extension PlaybookVerbs {
    private static func path(_ id: String) -> String { "/api/v1/playbooks/\(PercentCoding.encode(id))" }

    struct Upload: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a playbook to the server, as its next version.",
            discussion: """
                It is checked first, and refused with its faults where it has errors; the one in force stays then. \
                Incidents that are open keep the version that they were declared under.
                """)

        @Argument(help: "The file.")
        var file: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let source = try PlaybookSource(file)
            let playbook = try source.playbook()
            let answer = try await client.withClient {
                try await $0.put(PlaybookVerbs.path(playbook.id.text), source.text, type: "application/yaml")
            }
            client.show(answer) { "\($0.shown("id")) has version \($0["version"]?.integer ?? 0) now." }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a playbook from the server.",
            discussion: """
                Incidents that follow it keep it. One that comes with Tocsin is as it came; any other is not taken away \
                while a service or the settings name it.
                """)

        @Argument(help: "The playbook's id.")
        var id: String

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let answer = try await client.withClient { try await $0.delete(PlaybookVerbs.path(id)) }
            client.show(answer) { _ in "\(id) is taken away." }
        }
    }

    struct People: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say who stands for the names of a playbook, or list who does.",
            discussion: """
                tocsin playbook people starter on-call=ana@example.com,ben@example.com team-lead=administrators
                """)

        @Argument(help: "The playbook's id.")
        var id: String

        @Argument(
            help: ArgumentHelp(
                "A target or an audience of the playbook, and who stands for it: e-mail addresses, names, ids or administrators; nobody where nothing is behind the =.",
                valueName: "name=people"))
        var names: [String] = []

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let answer = try await client.withClient { server in
                let current = try await server.get(PlaybookVerbs.path(id) + "/people")
                guard !names.isEmpty else { return current }
                let users = try await server.get("/api/v1/users", query: [("limit", "200")]).json.items
                var members = (current.json["names"]?.members ?? []).filter { !($0.value.array ?? []).isEmpty }
                for given in try ProcedureVerbs.fields(names) {
                    let people = try (given.value.string ?? "").split(separator: ",").map { word in
                        try PlaybookVerbs.target(String(word), users)
                    }
                    members.removeAll { $0.name == given.name }
                    members.append(JSON.Member(given.name, .array(people.map(JSON.string))))
                }
                return try await server.put(PlaybookVerbs.path(id) + "/people", ["names": .object(members)])
            }
            client.show(answer) { json in
                Table(
                    ["NAME", "STANDS FOR"],
                    (json["names"]?.members ?? []).map { member in
                        [member.name, (member.value.array ?? []).compactMap(\.string).joined(separator: ", ")]
                    }
                ).text
            }
        }
    }

    /// Whom a word means.
    private static func target(_ word: String, _ users: [JSON]) throws(Failure) -> String {
        if word == "administrators" { return word }
        let lowercased = word.lowercased()
        let user = users.first { user in
            user["id"]?.string == word || user["email"]?.string?.lowercased() == lowercased
                || user["name"]?.string?.lowercased() == lowercased
        }
        guard let id = user?["id"]?.string else { throw Failure("There is no user \"\(word)\".") }
        return "user:\(id)"
    }
}

import Delivery
import Engine
import HTTPTypes
import Identity
import Notation

/// Teams: people who are told together, and what they share.
extension PageHandlers {
    var teamRoutes: [Route] {
        let path = "/settings/teams"
        return [
            Route(.get, path, .manage, "The list of teams") { call in
                try await show(try await teamsPage(.fresh), call)
            },
            Route(.post, path, .manage, "Add a team", body: .form(["name", "members"])) { call in
                try await submit(call) {
                    try await teamsPage($0)
                } _: {
                    let made = try await actions.perform(
                        .post, "/api/v1/teams",
                        ["name": .string(try call.field("name")), "members": try await members(call)], for: call)
                    return .seeOther("/settings/teams/\(try made.text("id"))", .added)
                }
            },
            Route(.get, path + "/{id}", .manage, "One team") { call in
                try await show(try await teamPage(call), call)
            },
            Route(.post, path + "/{id}", .manage, "Change a team", body: .form(["name", "members"])) { call in
                try await submit(call) {
                    try await teamPage(call, $0)
                } _: {
                    let stored = try await storedTeam(call)
                    try await actions.perform(
                        .put, "/api/v1/teams/\(call.parameter("id"))",
                        stored.replacing("name", .string(try call.field("name")))
                            .replacing("members", try await members(call)), for: call)
                    return .seeOther("/settings/teams/\(call.parameter("id"))", .saved)
                }
            },
            Route(
                .post, path + "/{id}/ways", .manage, "Add a way that a team shares",
                body: .form(["kind", "address", "secret"])
            ) { call in
                try await submit(call, fields: ["contacts": "address"]) {
                    try await teamPage(call, way: $0)
                } _: {
                    let stored = try await storedTeam(call)
                    try await put((stored["contacts"]?.array ?? []) + [try Self.way(call)], of: stored, call)
                    return .seeOther("/settings/teams/\(call.parameter("id"))", .added)
                }
            },
            Route(
                .post, path + "/{id}/ways/{way}/remove", .manage, "Remove a way that a team shares", body: .form([])
            ) { call in
                let stored = try await storedTeam(call)
                let ways = stored["contacts"]?.array ?? []
                let left = ways.filter { $0["id"]?.string != call.parameter("way") }
                guard left.count < ways.count else { throw HTTPProblem.notFound }
                try await put(left, of: stored, call)
                return .seeOther("/settings/teams/\(call.parameter("id"))", .removed)
            },
            Route(.post, path + "/{id}/remove", .manage, "Remove a team", body: .form([])) { call in
                try await submit(call) {
                    try await teamPage(call, $0.asFault)
                } _: {
                    try await actions.perform(.delete, "/api/v1/teams/\(call.parameter("id"))", for: call)
                    return .seeOther("/settings/teams", .removed)
                }
            },
        ]
    }

    /// As the API shows it: with `true` where there is a secret, which sent back keeps it.
    private func storedTeam(_ call: Call) async throws -> JSON {
        try await actions.perform(.get, "/api/v1/teams/\(call.parameter("id"))", for: call)
    }

    private func put(_ contacts: [JSON], of stored: JSON, _ call: Call) async throws {
        try await actions.perform(
            .put, "/api/v1/teams/\(call.parameter("id"))", stored.replacing("contacts", .array(contacts)), for: call)
    }

    private func members(_ call: Call) async throws -> JSON {
        let organisation = try await engine.organisation()
        var members: [JSON] = []
        for line in try call.field("members").split(whereSeparator: \.isNewline).map({ String($0).trimmed })
        where !line.isEmpty {
            guard let user = organisation.user(named: line) else {
                throw InputFault(at: "/members", "there is no user \"\(line)\"")
            }
            members.append(.string(user.id.text))
        }
        return .array(members)
    }

    private func teamsPage(_ form: FormState) async throws -> TeamsPage {
        let organisation = try await engine.organisation()
        return TeamsPage(
            rows: organisation.teams.map { team in
                TeamsPage.Row(
                    id: team.id.text, name: team.name,
                    members: team.members.map { organisation.name(of: .user($0)) },
                    ways: team.contacts.map { ChannelKinds.type(of: $0.channel)?.descriptor.label ?? $0.channel })
            }, people: organisation.users.filter { !$0.isDisabled }.map(\.name), form: form)
    }

    private func teamPage(
        _ call: Call, _ form: FormState? = nil, way: FormState = .fresh
    ) async throws -> TeamPage {
        let organisation = try await engine.organisation()
        guard let team = organisation.team(TeamID(call.parameter("id"))) else { throw HTTPProblem.notFound }
        var state = form ?? .fresh
        if state.values["name"] == nil {
            state.values["name"] = team.name
            state.values["members"] = team.members.map { organisation.name(of: .user($0)) }.joined(separator: "\n")
        }
        return TeamPage(
            id: team.id.text, name: team.name, form: state,
            people: organisation.users.filter { !$0.isDisabled }.map(\.name),
            ways: team.contacts.map { contact in
                TeamPage.Way(
                    id: contact.id.text,
                    kind: ChannelKinds.type(of: contact.channel)?.descriptor.label ?? contact.channel,
                    address: contact.destination)
            }, kinds: channelKinds(organisation), adding: try call.query.one("add") ?? "slack", wayForm: way)
    }
}

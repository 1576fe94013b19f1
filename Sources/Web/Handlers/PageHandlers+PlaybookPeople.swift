import Engine
import HTTPTypes
import Identity
import Notation
import Paging

/// Who stands for the names of a playbook.
extension PageHandlers {
    var playbookPeople: [Route] {
        [
            Route(.get, "/playbooks/{id}/people", .readAll, "Who stands for the names of a playbook") { call in
                try await show(try await peoplePage(call.parameter("id"), .fresh), call)
            },
            // The names of the fields are the playbook's: `who-NAME`, as often as somebody is chosen.
            Route(
                .post, "/playbooks/{id}/people", .manage, "Say who stands for the names of a playbook",
                body: .form(["who-NAME"])
            ) { call in
                let id = call.parameter("id")
                return try await submit(call) {
                    try await peoplePage(id, $0.asFault)
                } _: {
                    guard let edition = try await engine.organisation().playbook(id) else {
                        throw HTTPProblem.notFound("There is no playbook \"\(id)\".")
                    }
                    let known = edition.playbook.targets.map(\.id.text) + edition.playbook.audiences.map(\.id.text)
                    let names = known.map { name in
                        let people = call.form.all("who-\(name)").filter { !$0.isEmpty }
                        return JSON.Member(name, .array(people.map(JSON.string)))
                    }
                    try await actions.perform(
                        .put, "/api/v1/playbooks/\(id)/people", ["names": .object(names)], for: call)
                    return .seeOther("/playbooks/\(id)/people", .saved)
                }
            },
        ]
    }

    private func peoplePage(_ id: String, _ form: FormState) async throws -> PlaybookPeoplePage {
        let organisation = try await engine.organisation()
        guard let edition = organisation.playbook(id) else {
            throw HTTPProblem.notFound("There is no playbook \"\(id)\".")
        }
        let people = organisation.peopleChoices.map { Choice("user:" + $0.value, $0.label) }
        return PlaybookPeoplePage(
            id: id, heading: edition.playbook.title, names: edition.castNames(organisation.cast(of: id)),
            choices: organisation.scheduleChoices + people + [
                Choice(EscalationPlan.Target.administrators.text, "the administrators")
            ], form: form)
    }
}

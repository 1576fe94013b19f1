import Engine
import HTTPTypes
import Identity
import Notation
import Playbooks
import Storage

/// Playbooks to read: the list, one of them, its document, its versions.
extension PageHandlers {
    /// Versions of one page of the list of them.
    private static let versions = 100

    var playbookRoutes: [Route] {
        [
            Route(.get, "/playbooks", .readAll, "The list of playbooks") { call in
                try await show(try await playbookList(), call)
            },
            Route(.get, "/playbooks/{id}", .readAll, "A playbook to read", handler: playbookPage),
            Route(.get, "/playbooks/{id}/document", .readAll, "The document of a playbook") { call in
                let (edition, isOld) = try await edition(call)
                return try await show(
                    PlaybookDocumentPage(
                        id: edition.id, heading: edition.playbook.title, version: isOld ? Int(edition.version) : nil,
                        text: edition.text), call)
            },
            Route(.get, "/playbooks/{id}/versions", .readAll, "The versions of a playbook", handler: playbookVersions),
            Route(
                .get, "/playbooks/{id}/versions/{version}", .readAll, "What a version of a playbook changed",
                handler: playbookVersion),
        ] + playbookEditing + playbookPeople
    }

    private func playbookList() async throws -> PlaybookListPage {
        let organisation = try await engine.organisation()
        return PlaybookListPage(
            rows: organisation.playbooks.map { edition in
                PlaybookListPage.Row(
                    id: edition.id, title: edition.playbook.title, revision: edition.playbook.version,
                    version: Int(edition.version), isBuiltIn: edition.origin == .builtIn,
                    isUsual: edition.id == organisation.procedure.id,
                    services: organisation.services.filter { $0.playbook == edition.id }.map(\.name))
            })
    }

    /// The one in force, or the version that `?version=` names.
    private func edition(_ call: Call) async throws -> (Edition, isOld: Bool) {
        let id = call.parameter("id")
        let current = try await engine.organisation().playbook(id)
        guard let version = try call.query.integer("version", 0...Int(Int32.max)) else {
            guard let current else { throw HTTPProblem.notFound("There is no playbook \"\(id)\".") }
            return (current, false)
        }
        if let current, current.version == version { return (current, false) }
        let shelf = engine.shelf
        guard let edition = try await api.read({ try shelf.edition(id, version: Int64(version), on: $0) }) else {
            throw HTTPProblem.notFound("There is no version \(version) of a playbook \"\(id)\" that can be read.")
        }
        return (edition, true)
    }

    @Sendable private func playbookPage(_ call: Call) async throws -> Answer {
        let (edition, isOld) = try await edition(call)
        let playbook = edition.playbook
        let word = try call.query.one("severity") ?? ""
        let severity = playbook.ladder.first { $0.text.lowercased() == word.lowercased() } ?? playbook.ladder[0]
        let organisation = try await engine.organisation()
        return try await show(
            PlaybookPage(
                edition, isOld: isOld, severity: severity, organisation, findings: engine.shelf.findings(in: edition),
                at: call.now), call)
    }

    @Sendable private func playbookVersions(_ call: Call) async throws -> Answer {
        try await show(try await versionsPage(call), call)
    }

    @Sendable func removePlaybook(_ call: Call) async throws -> Answer {
        let id = call.parameter("id")
        return try await submit(call) {
            try await versionsPage(call, $0)
        } _: {
            try await actions.perform(.delete, "/api/v1/playbooks/\(id)", for: call)
            return .seeOther("/playbooks", .removed)
        }
    }

    private func versionsPage(_ call: Call, _ form: FormState = .fresh) async throws -> PlaybookVersionsPage {
        let id = call.parameter("id")
        let organisation = try await engine.organisation()
        let after = try call.query.integer("after", 1...Int(Int32.max)).map(Int64.init) ?? .max
        let found = try await api.read {
            try DocumentHistory.versions(of: .playbook, id, before: after, limit: Self.versions, on: $0)
        }
        let current = organisation.playbook(id)
        guard current != nil || !found.isEmpty else { throw HTTPProblem.notFound("There is no playbook \"\(id)\".") }
        let path: LocalPath = "/playbooks/\(id)/versions"
        return PlaybookVersionsPage(
            id: id, heading: current?.playbook.title ?? id,
            rows: found.map { version in
                PlaybookVersionsPage.Row(
                    version: Int(version.version), at: version.at, by: organisation.author(version.by),
                    isRemoval: version.isRemoval, isInForce: version.version == current?.version)
            }, hasBuiltIn: BuiltInPlaybooks.names.contains(id),
            older: found.count == Self.versions ? found.last.map { path.with("after", String($0.version)) } : nil,
            form: form)
    }

    // MARK: One version

    private struct Material: Sendable {
        let version: DocumentVersion?
        let edition: Edition?
        /// The version before that can be read.
        let before: Edition?
    }

    @Sendable private func playbookVersion(_ call: Call) async throws -> Answer {
        let id = call.parameter("id")
        guard let number = Int64(call.parameter("version")), number >= 0 else { throw HTTPProblem.notFound }
        let organisation = try await engine.organisation()
        let shelf = engine.shelf
        let material = try await api.read { connection in
            // The one that was asked for, and as many before it as may have been taken away.
            let found = try DocumentHistory.versions(
                of: .playbook, id, before: number + 1, limit: Self.versions, on: connection)
            let older = found.filter { $0.version < number && !$0.isRemoval }.map(\.version)
            var before: Edition?
            for version in older + (number > 0 ? [0] : []) where before == nil {
                before = try shelf.edition(id, version: version, on: connection)
            }
            return Material(
                version: found.first { $0.version == number },
                edition: try shelf.edition(id, version: number, on: connection), before: before)
        }
        guard material.version != nil || number == 0 && material.edition != nil else {
            throw HTTPProblem.notFound("There is no version \(number) of a playbook \"\(id)\".")
        }
        return try await show(page(of: material, id, Int(number), organisation), call)
    }

    private func page(
        of material: Material, _ id: String, _ number: Int, _ organisation: Organisation
    ) -> PlaybookVersionPage {
        var facts: [PlaybookBlock.Fact] = []
        if let version = material.version {
            facts += [.init("When", version.at.text(in: .utc)), .init("By", organisation.author(version.by))]
        }
        if let edition = material.edition {
            facts += [
                .init("Title", edition.playbook.title), .init("Revision", edition.playbook.version),
                .init("Origin", edition.origin == .builtIn ? "comes with Tocsin" : "uploaded"),
            ]
        }
        var obstacle: String?
        if material.edition == nil {
            obstacle =
                material.version?.isRemoval ?? false
                ? "With this version the playbook was taken away." : "This server cannot read that version."
        }
        return PlaybookVersionPage(
            id: id, heading: organisation.playbook(id)?.playbook.title ?? id, version: number, facts: facts,
            before: material.before.map { Int($0.version) },
            topics: material.edition.map { Self.topics(from: material.before, to: $0) } ?? [], obstacle: obstacle)
    }

    static func topics(
        from before: Edition?, to after: Edition
    ) -> [(title: String, changes: [PlaybookVersionPage.Change])] {
        before.map { topics(from: $0.playbook, to: after.playbook) } ?? []
    }

    static func topics(
        from before: Playbook, to after: Playbook
    ) -> [(title: String, changes: [PlaybookVersionPage.Change])] {
        PlaybookComparison(before, after).topics.map { topic, changes in
            (topic.title, changes.map { PlaybookVersionPage.Change($0.sentence, line: $0.newLine) })
        }
    }
}

extension Organisation {
    /// How somebody who wrote a version is called.
    fileprivate func author(_ text: String) -> String {
        do throws(InputFault) {
            return name(of: try Actor(text: text))
        } catch {
            // A kind of actor that a later version of Tocsin writes; its own word is the best there is.
            return text
        }
    }
}

import ArgumentParser
import Chronology
import Migrating
import Notation
import OnCall

/// `tocsin import`: what another system exported, with a report first.
enum ImportVerbs {
    struct Group: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Take over schedules, people and escalations from another system.",
            subcommands: [Files.self, Away.self], defaultSubcommand: Files.self)
    }

    struct Files: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "files",
            abstract: "From exports of PagerDuty, Opsgenie, Grafana OnCall or GoAlert, or from calendars.",
            discussion: """
                Without --apply nothing is written: the report says what maps, what works differently and how, and what is \
                left out and why. Nothing is guessed. Give all files of a system at once, for they refer to one another. \
                People who have an account with the same e-mail address stay as they are. docs/migrating.md says which \
                files to fetch.
                """)

        @Argument(help: ArgumentHelp("What the system's API answered, as JSON, or an .ics file.", valueName: "file"))
        var files: [String]

        @Option(
            help: ArgumentHelp(
                "pagerduty, opsgenie, grafana-oncall, goalert or icalendar; recognised when it is not given.",
                valueName: "system"))
        var from: String?

        @Option(help: "The time zone of schedules and calendars that name none.")
        var zone: String?

        @Option(help: "For how many days what no rotation can say is written out as overrides.")
        var days = 180

        @Flag(help: "Write what the report says.")
        var apply = false

        @OptionGroup(title: "The server") var client: ClientOptions

        func run() async throws {
            let source = try from.map { word in
                guard let source = MigrationSource(rawValue: word) else {
                    let known = MigrationSource.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Failure("\"\(word)\" is no system that is known: \(known)", .usage)
                }
                return source
            }
            guard (1...3_650).contains(days) else { throw Failure("--days is 1 to 3,650", .usage) }
            let read = try files.map { path in
                MigrationFile(
                    name: path, bytes: try LocalFile.bytes(path, limit: MigrationLimits.bytes), source: source)
            }
            try await client.withClient { server in
                let migration = try await migration(read, server)
                var written: [JSON] = []
                if apply { written = try await ImportVerbs.write(migration.documents, to: server) }
                if client.json {
                    Terminal.say(json(migration, written).text)
                } else {
                    Terminal.say(text(migration, written))
                }
                let failed = written.contains { $0["fault"]?.string != nil }
                if failed { throw Failure("not everything could be written; the report says what and why") }
            }
        }

        private func migration(_ files: [MigrationFile], _ server: Client) async throws -> Migration {
            var people: [MigrationContext.Person] = []
            var after: String?
            repeat {
                let query = [("limit", "200")] + (after.map { [("after", $0)] } ?? [])
                let page = try await server.get("/api/v1/users", query: query).json
                people += page.items.compactMap { user in
                    guard let id = user["id"]?.string, let email = user["email"]?.string else { return nil }
                    return MigrationContext.Person(id: UserID(id), name: user["name"]?.string ?? "", email: email)
                }
                after = page["next"]?.string
            } while after != nil
            // From the beginning of the day on, so that what is cut there is cut at the same time by the next import.
            let today = Zone.utc.start(of: Zone.utc.civil(at: SystemClock.now()).date)
            do throws(InputFault) {
                let context = try MigrationContext(
                    people: people, horizon: TimeSpan(today, today + .days(Int64(days))), usualZone: zone,
                    zone: { PlaybookSource.zone($0) })
                return try Migration(of: files, context)
            } catch {
                throw Failure(error.place.isEmpty ? error.reason : "\(error.place): \(error.reason)")
            }
        }

        private func text(_ migration: Migration, _ written: [JSON]) -> String {
            var lines = migration.sources.map { "\($0.file): \($0.source.name)" } + [""]
            lines.append(Wording.lines(migration.report))
            let documents = Dictionary(grouping: migration.documents, by: \.kind)
            let counts = MigratedDocument.Kind.allCases.compactMap { kind in
                documents[kind].map { "\($0.count) \(kind.rawValue)\($0.count == 1 ? "" : "s")" }
            }
            let made = counts.isEmpty ? "nothing" : counts.joined(separator: ", ")
            guard apply else {
                lines.append("This would make \(made). Nothing is written yet: --apply writes it.")
                return lines.joined(separator: "\n")
            }
            let faults = written.filter { $0["fault"]?.string != nil }
            lines += faults.map { "Not written: \($0.shown("kind")) \($0.shown("id")): \($0.shown("fault"))" }
            lines.append("Written: \(written.count - faults.count) of \(written.count) (\(made)).")
            return lines.joined(separator: "\n")
        }

        private func json(_ migration: Migration, _ written: [JSON]) -> JSON {
            [
                "sources": .array(
                    migration.sources.map { ["file": .string($0.file), "source": .string($0.source.rawValue)] }),
                "findings": .array(
                    migration.findings.map { one in
                        [
                            "kind": .string(one.kind), "id": .string(one.id), "name": .string(one.name),
                            "verdict": .string(one.verdict.rawValue), "sentence": .string(one.sentence),
                            "document": one.document.map(JSON.string) ?? .null, "file": .string(one.file),
                        ]
                    }),
                "documents": .array(
                    migration.documents.map {
                        ["kind": .string($0.kind.rawValue), "id": .string($0.id), "body": $0.body]
                    }), "written": .array(written),
            ]
        }
    }

    /// Puts each document when its turn comes. One that is refused does not hinder those that need nothing of it.
    private static func write(_ documents: [MigratedDocument], to server: Client) async throws -> [JSON] {
        var server = server
        server.waitsItsTurn = true
        var written: [JSON] = []
        // By schedule: those that are there already, from an earlier import, are not made again.
        var overrides: [String: [JSON]] = [:]
        // Overrides count in the order in which they are made, and their ids say in which they must be.
        let changes = documents.filter { $0.kind == .override }.sorted { $0.id < $1.id }
        for document in documents.filter({ [.user, .team, .schedule].contains($0.kind) }) + changes
            + documents.filter({ $0.kind == .plan })
        {
            var fault: String?
            do {
                try await write(document, &overrides, to: server)
                if document.kind == .schedule {
                    let new = changes.map(\.body).filter { $0["schedule"]?.string == document.id }
                    overrides[document.id] = try await cleared(document.id, keeping: new, on: server)
                }
            } catch let failure as Failure {
                fault = failure.sentence
            }
            written.append([
                "kind": .string(document.kind.rawValue), "id": .string(document.id),
                "fault": fault.map(JSON.string) ?? .null,
            ])
        }
        return written
    }

    private static func write(
        _ document: MigratedDocument, _ overrides: inout [String: [JSON]], to server: Client
    ) async throws {
        let id = PercentCoding.encode(document.id)
        switch document.kind {
        case .user: _ = try await server.put("/api/v1/users/\(id)", document.body)
        case .team: _ = try await server.put("/api/v1/teams/\(id)", document.body)
        case .schedule: _ = try await server.put("/api/v1/schedules/\(id)", document.body)
        case .plan: _ = try await server.put("/api/v1/escalations/\(id)", document.body)
        case .override:
            let schedule = document.body["schedule"]?.string ?? ""
            let path = path(schedule)
            let names = ["kind", "users", "for", "from", "to", "why"]
            let body = JSON.object((document.body.members ?? []).filter { names.contains($0.name) })
            if overrides[schedule] == nil { overrides[schedule] = try await server.get(path).json.items }
            guard let rest = try Self.rest(of: body, behind: overrides[schedule] ?? []) else { return }
            _ = try await server.post(path, rest)
        }
    }

    private static func path(_ schedule: String) -> String {
        "/api/v1/schedules/\(PercentCoding.encode(schedule))/overrides"
    }

    /// The overrides of a schedule, without those that an earlier import made and this one does not know any more: these are
    /// taken back.
    private static func cleared(
        _ schedule: String, keeping new: [JSON], on server: Client
    ) async throws -> [JSON] {
        var kept: [JSON] = []
        for known in try await server.get(path(schedule)).json.items {
            let span = try TimeSpan(known, at: "")
            let isWanted = try new.contains { one in
                guard says(one, known) else { return false }
                return try TimeSpan(one, at: "").overlaps(span)
            }
            let isImported = known["why"]?.string?.hasPrefix("Imported") ?? false
            if isImported, !isWanted, let id = known["id"]?.string {
                _ = try await server.delete(path(schedule) + "/" + PercentCoding.encode(id))
            } else {
                kept.append(known)
            }
        }
        return kept
    }

    /// Whether two overrides do the same, if at other times.
    private static func says(_ one: JSON, _ other: JSON) -> Bool {
        ["kind", "users", "for"].allSatisfy { (one[$0] ?? .null) == (other[$0] ?? .null) }
    }

    /// What is left of an override when others that say the same are taken out of it, as one does that an earlier import has
    /// cut at the end of its days; nil: nothing is, or it is over.
    private static func rest(of body: JSON, behind known: [JSON]) throws -> JSON? {
        var span = try TimeSpan(body, at: "")
        let same = try known.filter { says($0, body) }.map { try TimeSpan($0, at: "") }.sorted { $0.start < $1.start }
        for other in same where other.start <= span.start && other.end > span.start {
            span = TimeSpan(other.end, max(other.end, span.end))
        }
        guard !span.isEmpty, span.end > SystemClock.now() else { return nil }
        let ends: [String: JSON] = [
            "from": .string(span.start.rfc3339()), "to": .string(span.end.rfc3339()),
        ]
        return .object((body.members ?? []).map { .init($0.name, ends[$0.name] ?? $0.value) })
    }

    /// Time off from somebody's calendar.
    struct Away: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Note the events of a calendar as times in which somebody is away.",
            discussion: """
                Without --apply nothing is written. Events that leave the time free, that are cancelled or that the person \
                has declined do not count. Times that were noted before stay, but for those that begin within the time that \
                is read and came from a calendar, too.
                """)

        @Argument(help: ArgumentHelp("An .ics file.", valueName: "file"))
        var file: String

        @Option(help: "Who is away: e-mail address, name or id.")
        var user: String

        @Option(help: "Only events whose title holds this, such as Holiday.")
        var only: String?

        @Option(help: "The time zone of whole days, and of times that name none.")
        var zone: String

        @Option(help: "How far ahead the calendar is read, in days.")
        var days = 400

        @Flag(help: "Write what is shown.")
        var apply = false

        @OptionGroup(title: "The server") var client: ClientOptions

        /// Marks what came from a calendar, so that the next import takes it away again.
        private static let mark = "Calendar: "

        func run() async throws {
            guard let floating = PlaybookSource.zone(zone) else {
                throw Failure("\"\(zone)\" is not a time zone that this machine knows", .usage)
            }
            guard (1...3_650).contains(days) else { throw Failure("--days is 1 to 3,650", .usage) }
            let now = SystemClock.now()
            let span = TimeSpan(now, now + .days(Int64(days)))
            let found: [CalendarFile.Occurrence]
            let leftOut: [MigrationFinding]
            let bytes = try LocalFile.bytes(file, limit: MigrationLimits.bytes)
            do throws(InputFault) {
                let calendar = try CalendarFile(name: file, bytes: bytes, zone: { PlaybookSource.zone($0) })
                found = try calendar.occurrences(in: span, floating: floating)
                leftOut = calendar.leftOut
            } catch {
                throw Failure(error.place.isEmpty ? error.reason : "\(error.place): \(error.reason)")
            }
            let busy = found.filter { one in
                !one.isFree && (only.map { one.summary.lowercased().contains($0.lowercased()) } ?? true)
            }
            try await client.withClient { server in
                let path = "/api/v1/users/\(PercentCoding.encode(try await id(of: user, server)))"
                let stored = try await server.get(path).json["timeOff"]?.array ?? []
                let kept = stored.filter { !($0["why"]?.string ?? "").hasPrefix(Self.mark) }
                let new = busy.map { one -> JSON in
                    [
                        "from": .string(one.span.start.rfc3339()), "to": .string(one.span.end.rfc3339()),
                        "why": .string(Self.mark + String(one.summary.prefix(200))),
                    ]
                }
                if apply {
                    _ = try await server.put("\(path)/time-off", ["timeOff": .array(kept + new)])
                }
                if client.json {
                    Terminal.say(
                        JSON.object([
                            .init("timeOff", .array(kept + new)), .init("applied", .bool(apply)),
                            .init("leftOut", .array(leftOut.map { .string($0.description) })),
                        ]).text)
                    return
                }
                var lines = leftOut.map { Wording.oneLine($0.description) }
                lines += busy.map { one in
                    "\(one.span.start.text(in: floating)) to \(one.span.end.text(in: floating)): \(Wording.oneLine(one.summary))"
                }
                lines.append(
                    apply
                        ? "\(new.count) times are noted, and \(kept.count) that were noted by hand stay."
                        : "\(new.count) times would be noted. Nothing is written yet: --apply writes it.")
                Terminal.say(lines.joined(separator: "\n"))
            }
        }

        private func id(of word: String, _ server: Client) async throws -> String {
            var after: String?
            repeat {
                let query = [("limit", "200")] + (after.map { [("after", $0)] } ?? [])
                let page = try await server.get("/api/v1/users", query: query).json
                let user = page.items.first { user in
                    ["id", "email", "name"].contains { user[$0]?.string?.lowercased() == word.lowercased() }
                }
                if let id = user?["id"]?.string { return id }
                after = page["next"]?.string
            } while after != nil
            throw Failure("there is nobody called \"\(word)\"")
        }
    }
}

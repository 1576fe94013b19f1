import Alerting
import Chronology
import Engine
import HTTPTypes
import Identity
import Intake
import Notation
import Storage

/// The Alertmanager API v2, as far as sending and looking goes: at the root for Prometheus' `authorization:` block,
/// and under a key's path for its `path_prefix`. Answers and error shapes are Alertmanager's, so that its clients
/// understand.
extension IntakeRoutes {
    var alertmanagerRoutes: [Route] { alertmanagerRoutes(under: "") + alertmanagerRoutes(under: "/in/{key}") }

    private func alertmanagerRoutes(under prefix: String) -> [Route] {
        /// For an integration by its key, or for tokens that hold one of the permissions, where no key is in the path.
        func route(
            _ method: HTTPRequest.Method, _ path: String, tokens: [Permission], _ summary: String,
            query: [Route.QueryField] = [], responses: [Route.Response],
            _ handler: @escaping @Sendable (Call, Sender) async throws -> Answer
        ) -> Route {
            Route(
                method, prefix + path, .ingest, summary, tag: "Alertmanager", checkedBy: .integrationKey,
                tokenPermissions: prefix.isEmpty ? tokens : [], query: query,
                body: method == .post ? .raw(types: []) : .none, responses: responses, refusals: Self.refusals
            ) { call in
                try await handler(call, try await sender(of: call, tokens: tokens))
            }
        }
        func probe(_ path: String, _ summary: String, _ handler: @escaping Route.Handler) -> Route {
            Route(
                .get, prefix + path, .publicAccess, summary, tag: "Alertmanager",
                responses: [Route.Response(200, "OK", type: "text/plain")], isUrgent: true, handler: handler)
        }
        return [
            route(
                .post, "/api/v2/alerts", tokens: [.ingest], "Take alerts as Alertmanager does",
                responses: [
                    Route.Response(200, "They are kept; no body", type: ""),
                    Route.Response(400, "Some cannot be used, and the others are kept", schema: Self.refusal),
                    Route.Response(415, "Not JSON", schema: Self.refusal),
                    Route.Response(422, "Not as the API describes it", schema: Self.refusal),
                    Route.Response(503, "Send it again in a moment", schema: Self.refusal),
                    Route.Response(507, "The disk is full", schema: Self.refusal),
                ], postAlerts),
            route(
                .get, "/api/v2/alerts", tokens: [.readAll], "List open alerts as Alertmanager does",
                query: Self.listing,
                responses: [
                    Route.Response(200, "The alerts, by fingerprint", schema: Schema.array(["type": "object"])),
                    Route.Response(400, "A filter cannot be read", schema: Self.refusal),
                ],
                getAlerts),
            route(
                .get, "/api/v2/status", tokens: [.readAll, .ingest], "The status as Alertmanager has it",
                responses: [Route.Response(200, "The status", schema: ["type": "object"])], getStatus),
            route(
                .get, "/api/v2/receivers", tokens: [.readAll, .ingest], "Who is told",
                responses: [Route.Response(200, "Names", schema: Schema.array(Schema.answer(["name": Schema.string])))],
                getReceivers),
            probe("/-/healthy", "Whether the process answers") { _ in .text("OK") },
            probe("/-/ready", "Whether alerts are taken") { _ in
                guard engine.fault == nil, !engine.isBusy else {
                    throw HTTPProblem.busy("Alerts cannot be written right now.", retryAfter: 1)
                }
                return .text("OK")
            },
        ]
    }

    static let dialect = "alertmanager"

    /// Anything else is false, as in Alertmanager.
    private static let truth: JSON = ["type": ["boolean", "string"]]

    private static let listing = [
        Route.QueryField(
            "filter", "A matcher such as `alertname=\"Down\"`; may be given more than once",
            Schema.array(Schema.string)),
        Route.QueryField("active", "Whether active alerts are listed", truth),
        Route.QueryField("silenced", "Whether silenced alerts are listed", truth),
        Route.QueryField("inhibited", "Whether inhibited alerts are listed", truth),
        Route.QueryField("unprocessed", "Whether unprocessed alerts are listed", truth),
        Route.QueryField("receiver", "A pattern for the receiver's name"),
    ]

    /// A sentence where the handler refuses, as an object where the body is not what the API's description says.
    private static let refusal: JSON = [
        "anyOf": [Schema.string, Schema.answer(["code": Schema.integer, "message": Schema.string])]
    ]

    /// amtool shows what an error says only where it is a JSON string; anything else it reports as unintelligible.
    private static let refusals = Route.Refusals(schema: refusal) { problem in
        Answer(AlertmanagerAnswer.refused(problem.detail ?? problem.title, status: problem.status.code))
    }

    // MARK: Handlers

    @Sendable private func postAlerts(_ call: Call, from sender: Sender) async throws -> Answer {
        let integration = try sender.integration()
        let posting = AlertmanagerAPI.post(
            call.body, contentType: call.headers[.contentType], receivedAt: call.now)
        if posting.result.signals.isEmpty, !posting.result.faults.isEmpty {
            await sampling.keep(
                call, of: integration, status: posting.answer.status, fault: posting.result.faults.sentence)
        } else {
            // A batch with one bad alert is answered with a 400 and its sound ones are kept, as in Alertmanager.
            _ = try await submit(posting.result, status: posting.answer.status, of: call, from: integration)
        }
        return Answer(posting.answer)
    }

    @Sendable private func getAlerts(_ call: Call, for sender: Sender) async throws -> Answer {
        let organisation = try await engine.organisation()
        var matchers: [AlertmanagerMatcher] = []
        var receiver: AlertmanagerMatcher?
        do throws(InputFault) {
            for text in call.query.all("filter") { matchers.append(try AlertmanagerMatcher(parsing: text)) }
        } catch {
            return Answer(AlertmanagerAnswer.refused(error.reason))
        }
        do throws(InputFault) {
            if let pattern = call.query.all("receiver").first, !pattern.isEmpty {
                receiver = try AlertmanagerMatcher(Self.receiverLabel, .matches, pattern)
            }
        } catch {
            return Answer(AlertmanagerAnswer.refused("failed to parse receiver param: \(error.reason)"))
        }
        // Nothing is silenced, inhibited or unprocessed here yet: those lists are empty. A word that is no truth value
        // is false, as in Alertmanager.
        guard call.query.all("active").first.map({ Self.isTrue($0) }) ?? true else {
            return .bytes(GettableAlert.body([]), type: "application/json")
        }
        let alerts = try await open(matchers, receiver, only: sender.only, organisation)
        return .bytes(GettableAlert.body(alerts), type: "application/json")
    }

    private func open(
        _ matchers: [AlertmanagerMatcher], _ receiver: AlertmanagerMatcher?, only integration: IntegrationID?,
        _ organisation: Organisation
    ) async throws -> [GettableAlert] {
        let wanted = matchers.compactMap { matcher in
            matcher.comparison == .equal && !matcher.value.isEmpty ? Label(matcher.name, matcher.value) : nil
        }
        return try await engine.store.read { connection in
            var alerts: [GettableAlert] = []
            try AlertQueries.eachOpen(labelled: wanted, on: connection) { record in
                if let integration, record.alert.integration != integration { return }
                guard matchers.allSatisfy({ $0.matches(record.content.labels) }) else { return }
                let name = organisation.receiver(of: record)
                guard receiver?.matches([Label(Self.receiverLabel, name)]) ?? true else { return }
                alerts.append(GettableAlert(record, receiver: name))
            }
            return alerts
        }
    }

    private static let receiverLabel = "receiver"

    /// As Go's `strconv.ParseBool`.
    private static func isTrue(_ word: String) -> Bool { ["1", "t", "T", "TRUE", "true", "True"].contains(word) }

    @Sendable private func getStatus(_ call: Call, for sender: Sender) async throws -> Answer {
        return .json { writer in
            writer.object { writer in
                writer.member("cluster", ["status": "disabled", "peers": []])
                writer.member(
                    "versionInfo",
                    object: { writer in
                        // Clients compare the numbers with their own and warn; these are of the API that is spoken
                        // here.
                        writer.member("version", "0.28.0")
                        writer.member("revision", "tocsin \(version)")
                        for name in ["branch", "buildUser", "buildDate", "goVersion"] { writer.member(name, "") }
                    })
                writer.member("config", ["original": "route:\n  receiver: tocsin\nreceivers:\n- name: tocsin\n"])
                writer.member("uptime", started.rfc3339(fraction: .millis))
            }
        }
    }

    @Sendable private func getReceivers(_ call: Call, for sender: Sender) async throws -> Answer {
        let names = try await engine.organisation().plans.map(\.name) + [Organisation.nobody]
        return .json(.array(names.map { ["name": .string($0)] }))
    }

    // MARK: Who sends

    /// Who speaks the Alertmanager API: an integration by its key, or a token.
    struct Sender: Sendable {
        /// nil: a token, which is not bound to one.
        let key: Integration?
        let all: [Integration]

        /// Whose alerts it may see.
        var only: IntegrationID? { key?.id }

        /// For whom it sends. A token sends for the one integration of the dialect, where there is exactly one.
        func integration() throws(HTTPProblem) -> Integration {
            if let key { return key }
            let candidates = all.filter { $0.dialect == dialect && !$0.isDisabled }
            guard let only = candidates.first, candidates.count == 1 else {
                throw HTTPProblem(
                    .forbidden, "no-integration", "The token does not say for which integration it sends.",
                    detail: "There are \(candidates.count) Alertmanager integrations; send with the key of one of them."
                )
            }
            return only
        }
    }

    /// `tokens`: one of these permissions a token must have; a key of an integration may do all that is offered here.
    private func sender(of call: Call, tokens permissions: [Permission]) async throws -> Sender {
        if let key = call.parameters["key"] {
            let integration = try await integration(key: key)
            try await demand(Self.dialect, of: integration, for: call)
            return Sender(key: integration, all: [])
        }
        guard
            let credentials = call.headers[.authorization].flatMap({
                Authenticator.credentials(of: $0, scheme: "bearer")
            })
        else {
            throw HTTPProblem(
                .unauthorized, "no-key", "Send the key of an integration.",
                detail: "It goes into the Authorization header: Bearer and the key.",
                headers: [.wwwAuthenticate: "Bearer"])
        }
        let organisation = try await engine.organisation()
        if let key = IntegrationKey.parse(credentials) {
            guard let integration = organisation.integration(keyHash: key.hash.hexadecimal) else {
                throw HTTPProblem(
                    .unauthorized, "unknown-key", "No integration has this key.", headers: [.wwwAuthenticate: "Bearer"])
            }
            guard !integration.isDisabled else { throw Self.disabled(integration) }
            try await demand(Self.dialect, of: integration, for: call)
            return Sender(key: integration, all: [])
        }
        let caller = try await authenticator.caller(cookie: nil, authorization: call.headers[.authorization])
        guard permissions.contains(where: caller.may) else { throw HTTPProblem.forbidden }
        return Sender(key: nil, all: organisation.integrations)
    }
}

extension Organisation {
    /// The receiver of alerts for which nobody is woken.
    static let nobody = "nobody"

    /// What Alertmanager calls a receiver: the escalation plan that is climbed for the alert.
    func receiver(of record: AlertRecord) -> String {
        let route = record.alert.route.flatMap { id in routes.first { $0.id == id } }
        let plan = route?.plan ?? record.alert.service.flatMap(service)?.plan ?? settings.fallbackPlan
        return plan.flatMap(self.plan)?.name ?? Self.nobody
    }
}

extension GettableAlert {
    /// Alertmanager's clients expect an end of every alert: one that lasts is said to end a while after it was last
    /// seen.
    init(_ record: AlertRecord, receiver: String) {
        let (content, key) = (record.content, record.alert.dedupKey)
        self.init(
            fingerprint: Fingerprint(text: key) == nil ? Fingerprint(content.labels).text : key, labels: content.labels,
            annotations: content.annotations,
            startsAt: content.startsAt ?? content.firstSeen,
            endsAt: content.expiresAt ?? content.lastSeen + .minutes(5),
            updatedAt: content.lastSeen, generatorURL: content.sourceURL, receivers: [receiver])
    }
}

extension Answer {
    init(_ answer: AlertmanagerAnswer) {
        self.init(HTTPResponse.Status(code: answer.status), body: .bytes(.init(string: answer.body)))
        if let type = answer.contentType { headers[.contentType] = type }
    }
}

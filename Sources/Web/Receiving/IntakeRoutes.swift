import Alerting
import Chronology
import Engine
import HTTPTypes
import Identity
import Intake
import Notation

/// The addresses that monitoring tools send to. A request is answered with a 2xx only after what it brought is
/// durable; when that cannot be, the answer is a 503 (a 507 where the disk is full), never a 429, because Alertmanager
/// retries the one and drops an alert on the other (R16).
///
/// A sender shows the key of an integration: in the path, or as bearer token where the tool has no path of its own.
/// Keys are compared by hash and never repeated in an answer or a log (S57).
public struct IntakeRoutes: Sendable {
    let engine: Engine
    let authenticator: Authenticator
    let sampling: RequestSampling
    let version: String
    let started: Instant

    public init(engine: Engine, authenticator: Authenticator, tally: IntakeTally, version: String) {
        self.engine = engine
        self.authenticator = authenticator
        self.version = version
        started = engine.clock.now()
        sampling = RequestSampling(engine: engine, tally: tally)
    }

    static let tag = "Intake"

    public var routes: [Route] { dialectRoutes + alertmanagerRoutes + heartbeatRoutes }

    /// A beat, with the key of the heartbeat's integration. GET as well, for what can only fetch an address.
    private var heartbeatRoutes: [Route] {
        [HTTPRequest.Method.get, .post].map { method in
            Route(
                method, "/in/{key}/heartbeat/{name}", .ingest, "Say that something lives", tag: Self.tag,
                checkedBy: .integrationKey, body: method == .get ? .none : .raw(types: []),
                responses: [
                    Route.Response(
                        202, "It is kept", schema: Schema.answer(["status": Schema.string, "heartbeat": Schema.string]))
                ]
            ) { call in
                let integration = try await integration(key: call.parameter("key"))
                let name = call.parameter("name")
                do {
                    let command = Command.beat(name, integration.id)
                    _ = try await engine.submit(.command(command, by: .integration(integration.id)))
                } catch let refusal as Refusal {
                    throw HTTPProblem(refusal, subject: "heartbeat")
                }
                return .json(["status": "accepted", "heartbeat": .string(name)], status: .accepted)
            }
        }
    }

    private var dialectRoutes: [Route] {
        [
            dialect("alertmanager", "Take alerts from an Alertmanager's webhook") { body, _ throws(InputFault) in
                try AlertmanagerWebhook.read(body)
            },
            dialect("generic", "Take alerts from scripts and tools, in Tocsin's own format") {
                body, now throws(InputFault) in
                try GenericJSON.read(body, receivedAt: now)
            },
        ]
    }

    private typealias Reader = @Sendable (_ body: [UInt8], _ now: Instant) throws(InputFault) -> IntakeResult

    private func dialect(_ name: String, _ summary: String, _ read: @escaping Reader) -> Route {
        Route(
            .post, "/in/{key}/\(name)", .ingest, summary, tag: Self.tag, checkedBy: .integrationKey,
            body: .raw(types: []),
            responses: [Route.Response(202, "Everything sound in it is kept", schema: Self.receiptSchema)]
        ) { call in try await receive(call, name, read) }
    }

    // MARK: Receiving

    private func receive(_ call: Call, _ dialect: String, _ read: Reader) async throws -> Answer {
        let integration = try await integration(key: call.parameter("key"))
        try await demand(dialect, of: integration, for: call)
        guard call.isJSON else {
            await sampling.keep(call, of: integration, status: 415, fault: "The Content-Type is not application/json.")
            throw HTTPProblem.unsupportedMediaType("The Content-Type must be application/json.")
        }
        let result: IntakeResult
        do throws(InputFault) {
            result = try read(call.body, call.now)
        } catch {
            await sampling.keep(call, of: integration, status: 400, fault: error.sentence)
            throw HTTPProblem(
                .badRequest, "unreadable", "The body cannot be read.", detail: error.sentence, errors: [error])
        }
        if result.signals.isEmpty, !result.faults.isEmpty {
            await sampling.keep(call, of: integration, status: 400, fault: result.faults.sentence)
            throw HTTPProblem(
                .badRequest, "unreadable", "Nothing in the body can be used.", detail: result.faults.sentence,
                errors: Array(result.faults.prefix(Self.mostFaults)))
        }
        let receipt = try await submit(result, status: 202, of: call, from: integration)
        return .json(status: .accepted) { Self.write(receipt, result, into: &$0) }
    }

    /// Faults that an answer lists: the rest are as easily found when these are mended.
    static let mostFaults = 50

    /// Hands the signals to the engine and waits until they are durable. The request itself is kept with them when its
    /// integration has not had many lately, and always when something in it was wrong.
    func submit(
        _ result: IntakeResult, status: Int, of call: Call, from integration: Integration
    ) async throws -> Receipt {
        // Looked at before the queue, so that a storm is answered without waiting.
        guard !engine.isBusy else { throw EngineFault.busy }
        let fault = result.faults.isEmpty ? nil : result.faults.sentence
        let request = sampling.record(
            of: call, from: integration, status: status, summary: Self.summary(result), fault: fault)
        guard !result.signals.isEmpty || request != nil else {
            sampling.count(call, from: integration, fault: fault)
            return Receipt()
        }
        let batch = SignalBatch(integration: integration.id, signals: result.signals, request: request)
        guard case .received(let receipt) = try await engine.submit(.signals(batch)) else {
            preconditionFailure("Signals lead to a receipt.")
        }
        sampling.count(call, from: integration, fault: fault)
        return receipt
    }

    private static func summary(_ result: IntakeResult) -> String {
        var parts: [String] = []
        for (status, word) in [
            (Signal.Status.firing, "firing"), (.acknowledged, "acknowledged"), (.resolved, "resolved"),
        ] {
            let count = result.signals.count { $0.status == status }
            if count > 0 { parts.append("\(count) \(word)") }
        }
        if !result.faults.isEmpty { parts.append("\(result.faults.count) unusable") }
        return parts.isEmpty ? "no alerts" : parts.joined(separator: ", ")
    }

    private static func write(_ receipt: Receipt, _ result: IntakeResult, into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("status", "accepted")
            writer.member("opened", receipt.opened)
            writer.member("repeated", receipt.repeated)
            writer.member("resolved", receipt.resolved)
            writer.member("acknowledged", receipt.acknowledged)
            writer.member("ignored", receipt.ignored)
            writer.member("alerts", array: { writer in for id in receipt.alerts { writer.value(id.text) } })
            writer.member(
                "errors",
                array: { writer in
                    for fault in result.faults.prefix(mostFaults) {
                        writer.object { writer in
                            writer.member("pointer", fault.place)
                            writer.member("detail", fault.reason)
                        }
                    }
                })
            writer.member("warnings", array: { writer in for warning in result.warnings { writer.value(warning) } })
        }
    }

    private static let receiptSchema = Schema.answer([
        "status": Schema.string, "opened": Schema.integer, "repeated": Schema.integer, "resolved": Schema.integer,
        "acknowledged": Schema.integer, "ignored": Schema.integer, "alerts": Schema.texts,
        "errors": Schema.array(Schema.answer(["pointer": Schema.string, "detail": Schema.string])),
        "warnings": Schema.texts,
    ])

    // MARK: Who sends

    /// The integration that a key in a path opens.
    func integration(key text: String) async throws -> Integration {
        guard let key = IntegrationKey.parse(text),
            let integration = try await engine.organisation().integration(keyHash: key.hash.hexadecimal)
        else {
            throw HTTPProblem(
                .notFound, "unknown-key", "No integration has this key.",
                detail: "Look at the integration's address again.")
        }
        guard !integration.isDisabled else { throw Self.disabled(integration) }
        return integration
    }

    /// A key opens the addresses of its integration's dialect and no others: a body read as what it is not would give alerts
    /// that nobody recognises. What was sent is kept, so that the integration's page shows who sends to the wrong address.
    func demand(_ dialect: String, of integration: Integration, for call: Call) async throws {
        guard integration.dialect != dialect else { return }
        let addresses = Self.addresses(of: integration.dialect)
        let sentence = "\"\(integration.name)\" is an integration for \(integration.dialect): send to \(addresses)."
        if call.method == .post { await sampling.keep(call, of: integration, status: 403, fault: sentence) }
        throw HTTPProblem(
            .forbidden, "wrong-address", "The key is for another address.",
            detail: "\(sentence) Or make an integration for \(dialect).")
    }

    /// Where a key opens, without the key (S57).
    private static func addresses(of dialect: String) -> String {
        dialect == "alertmanager" ? "/in/KEY/alertmanager or /api/v2/alerts" : "/in/KEY/\(dialect)"
    }

    static func disabled(_ integration: Integration) -> HTTPProblem {
        HTTPProblem(
            .forbidden, "integration-disabled", "The integration is disabled.",
            detail: "\"\(integration.name)\" takes nothing until somebody enables it.")
    }
}

extension Call {
    /// Tools that send no type at all send JSON; what names another type is not guessed at.
    fileprivate var isJSON: Bool {
        guard let header = headers[.contentType] else { return true }
        let type = header.prefix { $0 != ";" && $0 != " " && $0 != "\t" }.lowercased()
        return type == "application/json" || type.hasSuffix("+json")
    }
}

extension InputFault {
    /// Place and reason in one line.
    var sentence: String { place.isEmpty ? reason : "\(place): \(reason)" }
}

extension [InputFault] {
    /// The first ones in one line, and how many more there are.
    var sentence: String {
        let shown = prefix(3).map(\.sentence).joined(separator: "; ")
        return count > 3 ? "\(shown); and \(count - 3) more" : shown
    }
}

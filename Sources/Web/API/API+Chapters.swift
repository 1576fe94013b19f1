import Engine
import HTTPTypes
import Identity
import Incidents
import Notation
import Storage

extension API {
    static let services = Chapter(
        kind: .service, path: base + "/services", tag: "Services", noun: "service", permission: .manage,
        schema: [
            ("name", Schema.text(OrganisationLimits.name)), ("description", Schema.optionalText(4_096)),
            ("plan", Schema.optionalText(64)), ("playbook", Schema.optionalText(64)),
            ("bundles", ["type": ["boolean", "null"]]), ("urgency", Schema.urgency),
        ], required: ["name"]
    ) { body in
        [
            "name": .string(body.text("name", 1...512)),
            "description": JSON(body.optionalText("description", 0...4_096)),
            "plan": JSON(body.optionalText("plan", 0...256)),
            "playbook": JSON(body.optionalText("playbook", 0...256)),
            "bundles": .bool(body.optionalFlag("bundles") ?? true), "urgency": hoursAndUrgency(&body),
        ]
    }

    static let routing = Chapter(
        kind: .route, path: base + "/routes", tag: "Routes", noun: "route", permission: .manage,
        schema: [
            ("name", Schema.text(OrganisationLimits.name)),
            ("position", ["type": ["integer", "null"], "minimum": 0, "maximum": 1_000_000]),
            (
                "matchers",
                Schema.array(
                    0...64,
                    of: Schema.object(
                        ["name": Schema.text(256), "op": ["enum": ["=", "!="]], "value": Schema.optionalText(8_192)],
                        required: ["name"]))
            ),
            ("integration", Schema.optionalText(64)), ("service", Schema.optionalText(64)),
            ("severity", Schema.optionalText(100)), ("plan", Schema.optionalText(64)),
            ("declaresFrom", Schema.optionalText(100)),
        ], required: ["name"]
    ) { body in
        let matchers = body.list("matchers", 0...64) { matcher -> JSON in
            [
                "name": .string(matcher.text("name", 1...256)),
                "op": .string(matcher.text("op", 1...2, unlessGiven: "=")),
                "value": .string(matcher.optionalText("value", 0...8_192) ?? ""),
            ]
        }
        return [
            "name": .string(body.text("name", 1...512)),
            "position": .integer(body.optionalInteger("position", 0...1_000_000) ?? 0), "matchers": .array(matchers),
            "integration": JSON(body.optionalText("integration", 0...256)),
            "service": JSON(body.optionalText("service", 0...256)),
            "severity": JSON(body.optionalText("severity", 0...400)),
            "plan": JSON(body.optionalText("plan", 0...256)),
            "declaresFrom": JSON(body.optionalText("declaresFrom", 0...400)),
        ]
    }

    static let escalations = Chapter(
        kind: .plan, path: base + "/escalations", tag: "Escalations", noun: "escalation plan", permission: .manage,
        schema: [
            ("name", Schema.text(OrganisationLimits.name)),
            ("laps", ["type": ["integer", "null"], "minimum": 1, "maximum": 10]),
            (
                "rungs",
                Schema.array(
                    1...32,
                    of: Schema.object(
                        [
                            "patienceSeconds": ["type": "integer", "minimum": 1, "maximum": 604_800],
                            "answer": ["enum": ["one", "all", .null]],
                            "targets": Schema.array(1...100, of: Schema.text(100)),
                        ], required: ["patienceSeconds", "targets"]))
            ),
            ("fallback", Schema.array(0...100, of: Schema.text(100))),
            ("acknowledgementSeconds", ["type": ["integer", "null"], "minimum": 60, "maximum": 604_800]),
        ], required: ["name", "rungs"]
    ) { body in
        let rungs = body.list("rungs", 1...32) { rung -> JSON in
            let whole: JSON = [
                "patienceSeconds": .integer(rung.integer("patienceSeconds", 1...604_800)),
                "targets": .array(rung.texts("targets", 1...100, 1...400).map(JSON.string)),
            ]
            return rung.optionalText("answer", 1...10).map { whole.replacing("answer", .string($0)) } ?? whole
        }
        let plan: JSON = [
            "name": .string(body.text("name", 1...512)), "laps": .integer(body.optionalInteger("laps", 1...10) ?? 1),
            "rungs": .array(rungs), "fallback": .array(body.texts("fallback", 0...100, 1...400).map(JSON.string)),
        ]
        let holds = body.optionalInteger("acknowledgementSeconds", 60...604_800)
        return holds.map { plan.replacing("acknowledgementSeconds", .integer($0)) } ?? plan
    }

    // MARK: The settings

    private static let settings = Chapter(
        kind: .settings, path: base + "/settings", tag: "Settings", noun: "settings", permission: .administer,
        schema: [
            ("organisationName", Schema.optionalText(OrganisationLimits.name)),
            ("ordinarySeverity", Schema.optionalText(100)), ("fallbackPlan", Schema.optionalText(64)),
            ("playbook", Schema.optionalText(64)), ("throttles", Schema.throttles),
            ("fatigue", Schema.fatigue),
        ], required: []
    ) { body in
        [
            "organisationName": JSON(body.optionalText("organisationName", 0...512)),
            "ordinarySeverity": JSON(body.optionalText("ordinarySeverity", 0...400)),
            "fallbackPlan": JSON(body.optionalText("fallbackPlan", 0...256)),
            "playbook": JSON(body.optionalText("playbook", 0...256)), "throttles": throttles(&body),
            "fatigue": fatigue(&body),
        ]
    }

    private static func fatigue(_ body: inout BodyReader) -> JSON {
        body.optionalObject("fatigue") { limits in
            func number(_ name: String, _ range: ClosedRange<Int64>) -> JSON {
                limits.optionalInteger(name, range).map(JSON.integer) ?? .null
            }
            return [
                "nightsInARow": number("nightsInARow", 1...366),
                "longestShiftSeconds": number("longestShiftSeconds", 3_600...31_622_400),
                "nightPages": number("nightPages", 0...1_000),
            ]
        } ?? .null
    }

    /// nil, or a row for each class that is held back.
    private static func throttles(_ body: inout BodyReader) -> JSON {
        guard let given = body.json("throttles"), !given.isNull else { return .null }
        return .array(
            body.list("throttles", 0...64) { row -> JSON in
                [
                    "channel": JSON(row.optionalText("channel", 0...40)), "class": .string(row.text("class", 1...40)),
                    "messages": .integer(row.integer("messages", 1...10_000)),
                    "seconds": .integer(row.integer("seconds", 1...86_400)),
                ]
            })
    }

    static func hoursAndUrgency(_ body: inout BodyReader) -> JSON {
        body.optionalObject("urgency") { rule in
            [
                "from": JSON(rule.optionalText("from", 0...100)), "hours": hours("hours", &rule),
                "outsideFrom": JSON(rule.optionalText("outsideFrom", 0...100)),
                "waits": .bool(rule.optionalFlag("waits") ?? false),
            ]
        } ?? .null
    }

    static func hours(_ name: String, _ body: inout BodyReader) -> JSON {
        body.optionalObject(name) { hours in
            [
                "zone": JSON(hours.optionalText("zone", 0...64)),
                "days": .array(hours.texts("days", 0...7, 1...20).map(JSON.string)),
                "from": .string(hours.text("from", 1...20)), "to": .string(hours.text("to", 1...20)),
            ]
        } ?? .null
    }

    private static let settingsID = "settings"

    var settingsRoutes: [Route] {
        let chapter = Self.settings
        let answer: JSON = [
            "type": "object", "required": ["id", "organisationName", "ordinarySeverity", "fallbackPlan", "playbook"],
        ]
        return [
            Route(
                .get, chapter.path, .readAll, "Read the settings", tag: chapter.tag,
                responses: [Route.Response(200, "The settings", schema: answer)]
            ) { _ in try await settingsAnswer() },
            Route(
                .put, chapter.path, .administer, "Replace the settings", tag: chapter.tag,
                body: .json(schema: chapter.body),
                responses: [Route.Response(200, "The settings as they are now", schema: answer)]
            ) { call in
                let written = try call.read { Self.document(&$0, chapter) }
                if let label = written.document["ordinarySeverity"]?.string, !label.isEmpty {
                    let ladder = try await engine.organisation().procedure.ladder
                    guard ladder.severity(labelled: label) != nil else {
                        throw HTTPProblem(
                            Refusal(
                                "invalid",
                                "/ordinarySeverity: \"\(label)\" is not a severity: "
                                    + ladder.labels.joined(separator: ", ")
                            ),
                            subject: nil)
                    }
                }
                _ = try await put(.settings, Self.settingsID, written.document, seen: written.seenVersion, for: call)
                return try await settingsAnswer()
            },
        ]
    }

    /// The settings in force, those that nobody has written among them.
    private func settingsAnswer() async throws -> Answer {
        let settings = try await engine.organisation().settings
        let stored = try await read { try ConfigurationQueries.document(.settings, Self.settingsID, on: $0) }
        return .json { writer in
            writer.object { writer in
                writer.member("id", Self.settingsID)
                writer.member("organisationName", settings.organisationName)
                writer.member("ordinarySeverity", settings.ordinarySeverity)
                writer.member("fallbackPlan", settings.fallbackPlan?.text)
                writer.member("playbook", settings.playbook)
                writer.member("throttles", JSON.array(settings.throttles.map(\.json)))
                writer.member("fatigue", settings.fatigue.json)
                writer.member("version", stored.map { JSON.integer($0.version) } ?? .null)
                writer.member("updatedAt", at: stored?.updatedAt)
                writer.member("updatedBy", stored?.updatedBy)
            }
        }
    }
}

extension JSON {
    /// The text, or null.
    init(_ text: String?) {
        self = text.map(JSON.string) ?? .null
    }
}

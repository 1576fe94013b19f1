import Incidents
import Notation

/// JSON Schemas (2020-12) of what the API takes and answers, for its description. The handlers check by themselves; the
/// tests compare what they answer with these.
enum Schema {
    static let string: JSON = ["type": "string"]
    static let optionalString: JSON = ["type": ["string", "null"]]
    static let integer: JSON = ["type": "integer"]
    static let flag: JSON = ["type": "boolean"]
    static let time: JSON = ["type": "string", "format": "date-time"]
    static let optionalTime: JSON = ["type": ["string", "null"], "format": "date-time"]
    static let texts: JSON = ["type": "array", "items": ["type": "string"]]

    /// A text of a request, with its longest length.
    static func text(_ longest: Int) -> JSON {
        ["type": "string", "minLength": 1, "maxLength": .integer(Int64(longest)), "pattern": printable]
    }

    /// A text of one line.
    static func line(_ longest: Int) -> JSON {
        text(longest).replacing("pattern", .string(oneLine))
    }

    static func optionalText(_ longest: Int, shortest: Int64 = 0) -> JSON {
        [
            "type": ["string", "null"], "minLength": .integer(shortest), "maxLength": .integer(Int64(longest)),
            "pattern": printable,
        ]
    }

    /// An id that may be left to the server.
    static let optionalID: JSON = ["type": ["string", "null"], "pattern": "^[A-Za-z0-9_.-]{0,64}$"]

    static let email: JSON = [
        "type": "string", "maxLength": 254,
        "pattern": "^[^@\\s\\u0000-\\u001f\\u007f-\\u009f]+@[^@\\s\\u0000-\\u001f\\u007f-\\u009f]+$",
    ]

    /// What `BodyReader` takes: no control characters but tab and line ends, no marks that turn the reading direction.
    static let printable: JSON = .string(
        "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069]*$")

    private static let oneLine = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"

    /// What a request may hold: nothing but these members.
    /// Hours of the week on a wall clock; without days it is every day.
    static let hours: JSON = {
        var schema = object(
            [
                ("zone", optionalText(64)), ("days", array(0...7, of: text(20))), ("from", text(20)), ("to", text(20)),
            ], required: ["from", "to"])
        schema = schema.replacing("type", ["object", "null"])
        return schema
    }()

    /// How urgent a service's pages are.
    static let urgency: JSON = object([
        ("from", optionalText(100)), ("hours", hours), ("outsideFrom", optionalText(100)),
        ("waits", ["type": ["boolean", "null"]]),
    ]).replacing("type", ["object", "null"])

    /// How a person is told.
    static let rules: JSON = {
        let step = object(
            [
                ("contact", text(64)),
                ("delaySeconds", ["type": ["integer", "null"], "minimum": 0, "maximum": 3_600]), ("hours", hours),
            ], required: ["contact"])
        return object([
            ("high", array(0...32, of: step)), ("low", array(0...32, of: step)), ("sleep", hours),
            ("reminders", array(0...5, of: ["type": "integer", "minimum": 0, "maximum": 604_800])),
        ]).replacing("type", ["object", "null"])
    }()

    static let fatigue = object([
        ("nightsInARow", ["type": ["integer", "null"], "minimum": 1, "maximum": 366]),
        ("longestShiftSeconds", ["type": ["integer", "null"], "minimum": 3_600, "maximum": 31_622_400]),
        ("nightPages", ["type": ["integer", "null"], "minimum": 0, "maximum": 1_000]),
    ]).replacing("type", ["object", "null"])

    static let throttles: JSON = array(
        0...64,
        of: object(
            [
                ("channel", optionalText(40)), ("class", ["enum": ["page", "incident", "test", "oncall"]]),
                ("messages", ["type": "integer", "minimum": 1, "maximum": 10_000]),
                ("seconds", ["type": "integer", "minimum": 1, "maximum": 86_400]),
            ], required: ["class", "messages", "seconds"])
    ).replacing("type", ["array", "null"])

    static func object(_ members: [(String, JSON)], required: [String] = []) -> JSON {
        [
            "type": "object", "properties": .object(members.map { JSON.Member($0.0, $0.1) }),
            "required": .array(required.map(JSON.string)), "additionalProperties": false,
        ]
    }

    static func object(_ members: KeyValuePairs<String, JSON>, required: [String] = []) -> JSON {
        object(members.map { ($0.key, $0.value) }, required: required)
    }

    /// What an answer holds: all of these members, and in later versions more.
    static func answer(_ members: KeyValuePairs<String, JSON>) -> JSON {
        [
            "type": "object", "properties": .object(members.map { JSON.Member($0.key, $0.value) }),
            "required": .array(members.map { .string($0.key) }),
        ]
    }

    /// What an answer holds besides all of another one.
    static func answer(_ members: KeyValuePairs<String, JSON>, and other: JSON) -> JSON {
        let added = answer(members)
        return [
            "type": "object",
            "properties": .object((other["properties"]?.members ?? []) + (added["properties"]?.members ?? [])),
            "required": .array((other["required"]?.array ?? []) + (added["required"]?.array ?? [])),
        ]
    }

    static func array(_ items: JSON) -> JSON { ["type": "array", "items": items] }

    /// An array of a request, with how many elements it may have. Where none are enough, null is none.
    static func array(_ count: ClosedRange<Int>, of items: JSON) -> JSON {
        [
            "type": count.contains(0) ? ["array", "null"] : "array", "items": items,
            "minItems": .integer(Int64(count.lowerBound)),
            "maxItems": .integer(Int64(count.upperBound)),
        ]
    }

    static func list(_ item: JSON) -> JSON { answer(["items": array(item), "next": optionalString]) }

    static let severity = answer(["label": string, "rank": integer])
    static let names: JSON = ["type": "object", "additionalProperties": ["type": "string"]]

    static let timelineEntry = answer([
        "sequence": integer, "at": time, "kind": string, "actor": string, "actorName": string, "sentence": string,
        "detail": optionalString,
    ])

    // MARK: Incidents

    static let declaration = object(
        [
            "title": line(IncidentLimits.title), "severity": optionalText(100, shortest: 1),
            "service": optionalText(128),
            "playbook": optionalText(128, shortest: 1),
            "kind": ["type": ["string", "null"], "enum": ["real", "drill", "test", .null]],
            "note": optionalText(16_384), "fields": optionalAnswers,
            "why": optionalText(256),
        ], required: ["title"])

    static let statusChange = object(["status": text(100), "message": optionalText(16_384)], required: ["status"])
    static let severityChange = object(["severity": text(100), "why": text(16_384)], required: ["severity", "why"])
    static let assignment = object(["role": text(100), "user": text(254)], required: ["role", "user"])

    static let incidentSummary = answer([
        "id": string, "key": string, "title": string, "kind": string, "severity": severity, "status": string,
        "statusLabel": string, "service": optionalString, "serviceName": optionalString, "lead": optionalString,
        "leadName": optionalString, "times": answer(["declared": time, "resolved": optionalTime]), "updatedAt": time,
    ])

    static let incident = answer([
        "id": string, "key": string, "title": string, "kind": string, "severity": severity, "status": string,
        "statusLabel": string, "next": texts, "playbook": answer(["id": string, "version": integer]),
        "service": optionalString, "serviceName": optionalString, "impact": optionalString,
        "phase": optionalString, "room": optionalString, "fields": names,
        "times": answer([
            "impactStarted": optionalTime, "detected": optionalTime, "declared": time, "acknowledged": optionalTime,
            "mitigated": optionalTime, "resolved": optionalTime, "closed": optionalTime,
        ]),
        "roles": array(answer(["role": string, "user": string, "userName": optionalString, "since": time])),
        "alerts": array(
            answer(["id": string, "title": string, "attachedAt": time, "resolvedAt": optionalTime])),
        "pages": texts, "obligations": array(obligation), "tasks": array(task), "hypotheses": ["type": "array"],
        "mitigations": ["type": "array"],
        "updates": array(answer(["audience": string, "stage": optionalString, "message": string, "at": time])),
        "updatedAt": time, "timeline": string,
        "chain": answer(["head": string, "length": integer]),
    ])

    static let chainReport = answer([
        "sound": flag, "head": string, "length": integer, "brokenAt": ["type": ["integer", "null"]],
        "reason": optionalString,
    ])

    // MARK: Alerts and pages

    static let alert = answer([
        "id": string, "dedupKey": string, "state": ["enum": ["firing", "acknowledged", "resolved"]],
        "suppressedBy": optionalString, "title": string, "severity": severity, "service": optionalString,
        "serviceName": optionalString, "integration": string, "integrationName": optionalString, "labels": names,
        "annotations": names, "url": optionalString, "count": integer, "firstSeen": time, "lastSeen": time,
        "startsAt": optionalTime, "expiresAt": optionalTime, "acknowledgedBy": optionalString,
        "acknowledgedByName": optionalString, "acknowledgedAt": optionalTime, "resolvedAt": optionalTime,
        "resolution": optionalString, "incident": optionalString, "page": optionalString, "route": optionalString,
        "explanation": texts,
    ])

    /// `first`: whether the request that is answered was the one that took it.
    static let takenAlert = answer(["first": flag], and: alert)
    static let takenPage = answer(["first": flag], and: page)

    static let pageSummary = answer([
        "id": string, "subject": string, "title": string, "plan": string, "phase": phase, "service": optionalString,
        "openedAt": time, "deadline": optionalTime, "acknowledgedBy": optionalString,
        "acknowledgedByName": optionalString,
    ])

    static let page = answer([
        "id": string, "subject": string, "incident": optionalString, "title": string, "plan": string, "planId": string,
        "phase": phase, "service": optionalString, "openedAt": time, "deadline": optionalTime,
        "rung": ["type": ["integer", "null"]], "lap": ["type": ["integer", "null"]], "acknowledgedBy": optionalString,
        "acknowledgedByName": optionalString, "acknowledgedAt": optionalTime, "endedAt": optionalTime,
        "endedBecause": optionalString, "laps": integer, "urgency": ["enum": ["high", "low"]], "code": string,
        "alerts": integer,
        "rungs": array(answer(["patienceSeconds": integer, "answer": ["enum": ["one", "all"]], "targets": texts])),
        "notices": array(
            answer([
                "key": string, "user": string, "userName": optionalString, "method": string, "channel": string,
                "delaySeconds": integer, "attempts": integer,
                "result": ["enum": ["pending", "sent", "delivered", "failed", "withdrawn"]], "at": optionalTime,
                "reason": optionalString,
            ])),
        "deliveries": array(
            answer([
                "id": string, "notice": string, "channel": string, "user": string, "userName": optionalString,
                "state": string, "attempts": integer, "createdAt": time, "nextAt": time, "finishedAt": optionalTime,
                "outcome": optionalString,
            ])),
        "timeline": array(timelineEntry),
    ])

    private static let phase: JSON = ["enum": ["waiting", "climbing", "acknowledged", "snoozed", "exhausted", "ended"]]
}

import Chronology

extension EscalationPlan: DocumentRecord {
    private static let forms = [
        "ladder", "matrix", "windows", "single", "on-declare", "ack-timeout", "levels", "manual",
    ]

    static let shape = RecordShape(
        "escalation plan", "Who is called when. A team has several; a person is called by the earliest.",
        exactlyOneOf: [forms],
        [
            .required("id", .id(.plan), "its name"),
            .optional("title", .leaf(.text), "what people call it"),
            .optional("text", .leaf(.text), "what it is for"),
            .optional("when", .leaf(.guardExpression), "for which incidents", otherwise: "always"),
            .optional("merge", .word(of: Merge.self), "what becomes of whom several plans name", otherwise: "earliest"),
            .optional("ladder", .record(LadderRecord.shape), "each level after so long on the one before"),
            .optional("matrix", .record(MatrixRecord.shape), "roles by severities"),
            .optional("windows", .record(WindowsRecord.shape), "by severity, who is added after how long"),
            .optional("single", .record(SingleRecord.shape), "one action a severity"),
            .optional("on-declare", .list(of: .record(Level.shape)), "on the declaration, or some time after it"),
            .optional("ack-timeout", .record(TimeoutRecord.shape), "when nobody acknowledges"),
            .optional("levels", .record(LevelsRecord.shape), "who leads after how long, and what they may do"),
            .optional("manual", .record(Manual.shape), "by hand"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.optional("title")
        text = record.optional("text")
        when = record.optional("when") ?? .always
        merge = record.word("merge") ?? .earliest
        source = record.source
        let ladder: LadderRecord? = record.record("ladder")
        let matrix: MatrixRecord? = record.record("matrix")
        let windows: WindowsRecord? = record.record("windows")
        let single: SingleRecord? = record.record("single")
        let onDeclare: [Level] = record.records("on-declare")
        let timeout: TimeoutRecord? = record.record("ack-timeout")
        let levels: LevelsRecord? = record.record("levels")
        let manual: Manual? = record.record("manual")
        // Exactly one of them is there.
        if let ladder {
            form = .ladder(from: ladder.from, until: ladder.until, levels: ladder.levels)
        } else if let matrix {
            form = .matrix(from: matrix.from, rows: matrix.rows)
        } else if let windows {
            form = .windows(from: windows.from, rows: windows.rows)
        } else if let single {
            form = .single(from: single.from, rows: single.rows)
        } else if let timeout {
            form = .acknowledgementTimeout(timeout.level, from: timeout.from)
        } else if let levels {
            form = .levels(from: levels.from, rows: levels.rows)
        } else if let manual {
            form = .manual(manual)
        } else {
            form = .onDeclare(onDeclare)
        }
    }
}

// MARK: What rungs share

extension [RecordShape.Field] {
    /// The keys that `RecordReader.manner()` reads.
    fileprivate static var manner: [RecordShape.Field] {
        [
            .optional("via", .word(of: EscalationPlan.Via.self), "how they are called", otherwise: "page"),
            .optional(
                "mode", .word(of: EscalationPlan.Mode.self), "what becomes of those before",
                otherwise: "replace in a ladder, add elsewhere"),
            .optional("within", .leaf(.calendar), "not outside the hours of that calendar"),
            .optional("note", .leaf(.text), "what is said with it"),
            .optional("authority", .list(of: .leaf(.text)), "what they may do from then on"),
        ]
    }

    fileprivate static var to: [RecordShape.Field] { [.required("to", .oneOrMore(.leaf(.party)), "who is called")] }

    fileprivate static var when: [RecordShape.Field] {
        [.optional("when", .leaf(.guardExpression), "for which incidents", otherwise: "always")]
    }

    fileprivate static func from(otherwise fallback: Anchor) -> [RecordShape.Field] {
        [.optional("from", .notation(Anchor.self), "from when it counts", otherwise: fallback.description)]
    }
}

extension RecordReader {
    fileprivate mutating func manner() -> EscalationPlan.Manner {
        EscalationPlan.Manner(
            via: word("via") ?? .page, mode: word("mode"), within: optional("within"), note: optional("note"),
            authority: values("authority"))
    }
}

// MARK: Forms

private struct LadderRecord: DocumentRecord {
    let from: Anchor
    let until: ClockEnd
    let levels: [EscalationPlan.Level]

    static let shape = RecordShape(
        "ladder", "Levels that are climbed one after the other; each gets its time on the level before it.",
        .from(otherwise: .lastProgress) + [
            .optional(
                "until", .notation(ClockEnd.self), "what keeps the ladder from being climbed", otherwise: "progress"),
            .required("levels", .list(.record(EscalationPlan.Level.shape), 1...50), "the levels, in order"),
        ])

    init(_ record: inout RecordReader) {
        from = record.call("from") ?? .lastProgress
        until = record.call("until") ?? .progress
        levels = record.records("levels")
    }
}

extension EscalationPlan.Level: DocumentRecord {
    static let shape = RecordShape(
        "rung", "Who is called, and after how long.",
        .to + [.optional("after", .leaf(.rule), "after how long", otherwise: "at once")] + .when + .manner)

    init(_ record: inout RecordReader) {
        to = record.values("to")
        after = record.optional("after")
        when = record.optional("when") ?? .always
        manner = record.manner()
        source = record.source
    }
}

private struct MatrixRecord: DocumentRecord {
    let from: Anchor
    let rows: [EscalationPlan.MatrixRow]

    static let shape = RecordShape(
        "matrix", "Roles by severities: when who is called.",
        .from(otherwise: .severityEntered) + [
            .required("rows", .list(.record(EscalationPlan.MatrixRow.shape), 1...50), "one row for each that is called")
        ])

    init(_ record: inout RecordReader) {
        from = record.call("from") ?? .severityEntered
        rows = record.records("rows")
    }
}

extension EscalationPlan.MatrixRow: DocumentRecord {
    static let shape = RecordShape(
        "row of a matrix", "Who is called, and when for each severity.",
        rest: RecordShape.Rest(kind: .severity, shape: .leaf(.cell)), .to + .when + .manner)

    init(_ record: inout RecordReader) {
        to = record.values("to")
        when = record.optional("when") ?? .always
        manner = record.manner()
        cells = record.rest.map { row in
            guard let severity = row.key as? String else {
                preconditionFailure("the columns of a matrix are severities")
            }
            return Cell(severity: ElementID(severity), cell: row.value.leaf(), source: SourcePlace(row.value.place))
        }
        source = record.source
    }
}

private struct WindowsRecord: DocumentRecord {
    let from: Anchor
    let rows: [EscalationPlan.WindowRow]

    static let shape = RecordShape(
        "windows", "By severity, who is added after how long.",
        .from(otherwise: .declared) + [
            .required("rows", .list(.record(EscalationPlan.WindowRow.shape), 1...50), "one row a severity")
        ])

    init(_ record: inout RecordReader) {
        from = record.call("from") ?? .declared
        rows = record.records("rows")
    }
}

extension EscalationPlan.WindowRow: DocumentRecord {
    static let shape = RecordShape(
        "row of windows", "Who is added after how long, for one severity or several.",
        [
            .required("severity", .oneOrMore(.reference([.severity])), "the severity, or a list"),
            .required(
                "at",
                .table(
                    key: .leaf(.duration),
                    value: .either(
                        scalar: .leaf(.text), list: .list(.leaf(.party), 1...50),
                        map: .record(WindowStepRecord.shape))),
                "for each time after the anchor: a list of who is added, a text where nobody is, or a map"),
        ] + .when)

    init(_ record: inout RecordReader) {
        severities = record.ids("severity")
        when = record.optional("when") ?? .always
        source = record.source
        steps =
            record.reading("at")?.rows.map { row in
                guard let offset = row.key as? Duration else { preconditionFailure("the columns of windows are times") }
                return Step(offset, row.value)
            } ?? []
    }
}

extension EscalationPlan.WindowRow.Step {
    fileprivate init(_ offset: Duration, _ reading: Reading) {
        let plain = { (note: String?) in
            EscalationPlan.Manner(via: .page, mode: nil, within: nil, note: note, authority: [])
        }
        self.offset = offset
        source = SourcePlace(reading.place)
        switch reading.value {
        case .leaf: (to, manner) = ([], plain(reading.leaf()))
        case .record:
            let record: WindowStepRecord = reading.record()
            (to, manner) = (record.to, record.manner)
        case .list, .table, .bySeverity: (to, manner) = (reading.elements.map { $0.leaf() }, plain(nil))
        }
    }
}

private struct WindowStepRecord: DocumentRecord {
    let to: [Party]
    let manner: EscalationPlan.Manner

    static let shape = RecordShape("step of windows", "Who is added, and how.", .to + .manner)

    init(_ record: inout RecordReader) {
        to = record.values("to")
        manner = record.manner()
    }
}

private struct SingleRecord: DocumentRecord {
    let from: Anchor
    let rows: [EscalationPlan.SingleRow]

    static let shape = RecordShape(
        "single actions", "One action a severity.",
        .from(otherwise: .declared) + [
            .required("rows", .list(.record(EscalationPlan.SingleRow.shape), 1...50), "one row a severity")
        ])

    init(_ record: inout RecordReader) {
        from = record.call("from") ?? .declared
        rows = record.records("rows")
    }
}

extension EscalationPlan.SingleRow: DocumentRecord {
    static let shape = RecordShape(
        "single action", "Who is called for a severity, or that nobody is.", exactlyOneOf: [["to", "none"]],
        [
            .required("severity", .oneOrMore(.reference([.severity])), "the severity, or a list"),
            .optional("to", .oneOrMore(.leaf(.party)), "who is called"),
            .optional("none", .words("true"), "nobody is called, and that is meant"),
            .optional("after", .leaf(.rule), "after how long", otherwise: "at once"),
        ] + .when + .manner)

    init(_ record: inout RecordReader) {
        severities = record.ids("severity")
        let none: String? = record.optional("none")
        let level = EscalationPlan.Level(
            to: record.values("to"), after: record.optional("after"), when: record.optional("when") ?? .always,
            manner: record.manner(), source: record.source)
        self.level = none == nil ? level : nil
        source = record.source
    }
}

private struct TimeoutRecord: DocumentRecord {
    let level: EscalationPlan.Level
    let from: Anchor

    static let shape = RecordShape(
        "acknowledgement timeout", "Who is called when nobody acknowledges.",
        .from(otherwise: .milestone(.alertFired)) + .to + [.required("after", .leaf(.rule), "after how long")] + .when
            + .manner)

    init(_ record: inout RecordReader) {
        from = record.call("from") ?? .milestone(.alertFired)
        level = EscalationPlan.Level(
            to: record.values("to"), after: record.value("after"), when: record.optional("when") ?? .always,
            manner: record.manner(), source: record.source)
    }
}

private struct LevelsRecord: DocumentRecord {
    let from: Anchor
    let rows: [EscalationPlan.TimedLevel]

    static let shape = RecordShape(
        "levels", "Who leads after how long, whatever the severity.",
        .from(otherwise: .declared) + [
            .required("rows", .list(.record(EscalationPlan.TimedLevel.shape), 1...50), "the levels, in order")
        ])

    init(_ record: inout RecordReader) {
        from = record.call("from") ?? .declared
        rows = record.records("rows")
    }
}

extension EscalationPlan.TimedLevel: DocumentRecord {
    static let shape = RecordShape(
        "level", "Who leads from when on, and what they may do.",
        .to + [
            .required("at", .leaf(.duration), "after how long"),
            .optional("title", .leaf(.text), "what people call it"),
        ] + .when + .manner)

    init(_ record: inout RecordReader) {
        to = record.values("to")
        at = record.value("at")
        title = record.optional("title")
        when = record.optional("when") ?? .always
        manner = record.manner()
        source = record.source
    }
}

extension EscalationPlan.Manual: DocumentRecord {
    static let shape = RecordShape(
        "escalation by hand", "What somebody who escalates has to say.",
        [
            .optional("requires", .list(of: .leaf(.text)), "what the request has to say"),
            .optional("template", .reference([.template]), "the message"),
            .optional(
                "note", .words("required", "optional"), "whether a note has to be written", otherwise: "optional"),
            .optional("to", .oneOrMore(.leaf(.party)), "whom it can call", otherwise: "whoever the playbook names"),
        ])

    init(_ record: inout RecordReader) {
        requires = record.values("requires")
        template = record.optionalID("template")
        let note: String? = record.optional("note")
        isNoteRequired = note == "required"
        to = record.values("to")
        source = record.source
    }
}

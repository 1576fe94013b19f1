import Chronology

extension Playbook.Detection: DocumentRecord {
    static let shape = RecordShape(
        "detection", "How incidents come to light.",
        [
            .optional("sources", .list(of: .record(Playbook.DetectionSource.shape)), "who or what notices"),
            .optional("automated", Playbook.Step.list, "what happens when a machine notices"),
            .optional("manual", Playbook.Step.list, "what is done when a person notices"),
        ])

    init(_ record: inout RecordReader) {
        sources = record.records("sources")
        automated = record.steps("automated")
        manual = record.steps("manual")
    }
}

extension Playbook.DetectionSource: DocumentRecord {
    static let shape = RecordShape(
        "detection source", "Who or what notices.",
        [
            .required("id", .id(.source), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .optional("detail", .leaf(.text), "what is good to know"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        detail = record.optional("detail")
        source = record.source
    }
}

extension Playbook.Drill: DocumentRecord {
    static let shape = RecordShape(
        "drill", "An exercise.",
        [
            .required("id", .id(.drill), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .required("kind", .word(Kind.self), "what it is; `dr` is disaster recovery"),
            .optional("every", .leaf(.rhythm), "how often"),
            .optional("text", .leaf(.text), "what is exercised"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        kind = record.requiredWord("kind")
        every = record.optional("every")
        text = record.optional("text")
        source = record.source
    }
}

extension Playbook.Training: DocumentRecord {
    static let shape = RecordShape(
        "training", "What somebody learns before or while they are on call.",
        [
            .required("id", .id(.training), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .required("kind", .word(Kind.self), "what it is"),
            .optional("every", .leaf(.rhythm), "how often it is repeated"),
            .optional("items", Playbook.Item.list, "what is learned"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        kind = record.requiredWord("kind")
        every = record.optional("every")
        items = record.items("items")
        source = record.source
    }
}

extension Playbook.OnCall: DocumentRecord {
    static let shape = RecordShape(
        "on-call", "What being on call means here.",
        [
            .optional("rotations", .list(of: .leaf(.text)), "who takes turns, and how"),
            .optional("handoff", .record(Handoff.shape), "how a shift is handed over"),
            .optional("readiness", Playbook.Item.list, "what somebody needs at the beginning of a shift"),
            .optional("relief-after", .leaf(.duration), "after how long somebody is asked to take over"),
            .optional(
                "duties", .table(key: .leaf(.text), value: .list(of: .leaf(.text))),
                "what each of them is asked to do"),
        ])

    init(_ record: inout RecordReader) {
        rotations = record.values("rotations")
        handoff = record.record("handoff")
        readiness = record.items("readiness")
        reliefAfter = record.optional("relief-after")
        duties = record.table("duties") { Duties(of: $0, texts: $1.elements.map { $0.leaf() }) }
        source = record.source
    }
}

extension Playbook.OnCall.Handoff: DocumentRecord {
    static let shape = RecordShape(
        "hand-off", "How a shift is handed over.",
        [
            .optional("when", .leaf(.occasion), "when"),
            .optional("zone", .leaf(.zone), "on whose wall clock", otherwise: "that of the playbook"),
            .optional("covers", .list(of: .leaf(.text)), "what is talked about"),
        ])

    init(_ record: inout RecordReader) {
        when = record.optional("when")
        // The time has been read in this zone.
        let _: Zone? = record.optional("zone")
        covers = record.values("covers")
        source = record.source
    }
}

extension Playbook.Advisory: DocumentRecord {
    static let shape = RecordShape(
        "advisory", "A principle, told when it matters.",
        [
            .required("id", .id(.advisory), "its name"),
            .required("text", .leaf(.text), "the principle"),
            .optional("on", .word(Occasion.self), "when it is told", otherwise: "always"),
            .optional("lint", .word(Lint.self), "what is looked for in messages to people outside"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        text = record.value("text")
        on = record.word("on") ?? .always
        lint = record.word("lint")
        source = record.source
    }
}

extension Playbook.Report: DocumentRecord {
    static let shape = RecordShape(
        "report", "Figures that are put together again and again.",
        [
            .required("id", .id(.report), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .required("every", .leaf(.rhythm), "how often"),
            .optional("sections", .list(of: .leaf(.text)), "its parts"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        every = record.value("every")
        sections = record.values("sections")
        source = record.source
    }
}

extension Playbook.Integration: DocumentRecord {
    static let shape = RecordShape(
        "integration", "A system outside that incidents have a counterpart in.",
        [
            .required("id", .id(.integration), "its name"),
            .required("kind", .word(Kind.self), "what it is"),
            .required("title", .leaf(.text), "what people call it"),
            .optional("note", .leaf(.text), "what is good to know"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        kind = record.requiredWord("kind")
        title = record.value("title")
        note = record.optional("note")
        source = record.source
    }
}

extension Playbook.Change: DocumentRecord {
    static let shape = RecordShape(
        "change", "A version of the document.",
        [
            .required("version", .leaf(.text), "the version"),
            .optional("date", .leaf(.date), "when"),
            .optional("author", .leaf(.text), "by whom"),
            .required("changes", .leaf(.text), "what was changed"),
        ])

    init(_ record: inout RecordReader) {
        version = record.value("version")
        date = record.optional("date")
        author = record.optional("author")
        changes = record.value("changes")
        source = record.source
    }
}

extension Playbook.EntryForm: DocumentRecord {
    static let shape = RecordShape(
        "record", "The team's words and questions for one kind of entry of the timeline.",
        [
            .required("id", .word(Kind.self), "the kind"),
            .optional("title", .leaf(.text), "what people call it"),
            .optional("text", .leaf(.text), "what belongs there"),
            .optional("asks", .list(of: .record(Playbook.Template.Ask.shape)), "the questions, in order"),
            .optional(
                "outcomes", .table(key: .word(Outcome.self), value: .leaf(.text)), "the team's word for each outcome"),
            .optional("examples", .list(of: .leaf(.text)), "such entries"),
            .optional("when", .leaf(.guardExpression), "for which incidents", otherwise: "always"),
        ])

    init(_ record: inout RecordReader) {
        kind = record.requiredWord("id")
        title = record.optional("title")
        text = record.optional("text")
        asks = record.records("asks")
        outcomes = record.table("outcomes") { OutcomeLabel(outcome: RecordReader.word($0), label: $1.leaf()) }
        examples = record.values("examples")
        when = record.optional("when") ?? .always
        source = record.source
    }
}

extension Playbook.Provenance: DocumentRecord {
    static let shape = RecordShape(
        "source", "Where the document comes from.",
        [
            .optional("document", .leaf(.text), "the document that it was made from"),
            .optional("requirement", .leaf(.text), "the requirement that asked for it"),
            .optional("task", .leaf(.text), "the task in which it was written"),
        ])

    init(_ record: inout RecordReader) {
        document = record.optional("document")
        requirement = record.optional("requirement")
        task = record.optional("task")
    }
}

extension Playbook.Upkeep: DocumentRecord {
    static let shape = RecordShape(
        "upkeep", "How often the document is read again.",
        [
            .required("every", .leaf(.rhythm), "how often"),
            .optional("last", .leaf(.date), "when it was read last"),
            .optional("after-incident", .leaf(.boolean), "also after an incident", otherwise: "false"),
        ])

    init(_ record: inout RecordReader) {
        every = record.value("every")
        last = record.optional("last")
        isAfterIncident = record.flag("after-incident")
        source = record.source
    }
}

extension Playbook.Naming: DocumentRecord {
    static let shape = RecordShape(
        "incident", "How incidents are named, and which get a room and a call.",
        [
            .required("key", .leaf(.keyPattern), "how their keys are made"),
            .optional("key-zone", .leaf(.zone), "whose date stands in the key", otherwise: "that of the playbook"),
            .optional("room", .leaf(.roomPattern), "the name of the room", otherwise: "incidents have no room"),
            .optional("room-when", .leaf(.guardExpression), "which incidents get a room", otherwise: "always"),
            .optional("bridge", .leaf(.guardExpression), "which incidents get a call", otherwise: "none by itself"),
        ])

    init(_ record: inout RecordReader) {
        key = record.value("key")
        keyZone = record.optional("key-zone")
        room = record.optional("room")
        roomWhen = record.optional("room-when") ?? .always
        bridgeWhen = record.optional("bridge")
        source = record.source
    }
}

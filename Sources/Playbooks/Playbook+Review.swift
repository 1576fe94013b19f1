import Chronology

extension Playbook {
    /// The review after an incident.
    public struct Review: Hashable, Sendable {
        public let needed: BySeverity<Need>
        /// All of them count from the resolution (X10).
        public let draftBy: BySeverity<TimeRule>?
        public let scheduleBy: BySeverity<TimeRule>?
        public let holdBy: BySeverity<TimeRule>?
        public let completeBy: BySeverity<TimeRule>?
        public let publishBy: BySeverity<TimeRule>?
        public let zone: Zone?
        public let attendees: Attendees?
        public let agenda: [AgendaItem]
        public let minutes: Int?
        public let sections: [Section]
        /// The head of the document; the sections follow it.
        public let template: ElementID<Template>?
        public let owner: Party?
        public let source: SourcePlace

        /// The deadlines of an optional review are owed once somebody opens one.
        public enum Need: String, CaseIterable, Hashable, Sendable {
            case required, optional, skip
        }

        public struct Attendees: Hashable, Sendable {
            public let required: [Attendee]
            public let optional: [Attendee]
        }

        public enum Attendee: Hashable, Sendable {
            case party(Party)
            /// In words: a person finds out who that is.
            case text(String)
        }

        public struct AgendaItem: Hashable, Sendable {
            public let item: String
            public let minutes: Int?
            public let questions: [String]
            public let source: SourcePlace
        }

        public struct Section: Hashable, Sendable {
            public let id: ElementID<Section>
            public let title: String
            public let help: String?
            public let kind: Kind
            public let columns: [String]
            /// What it begins with when the draft is made.
            public let draft: TemplateText?
            /// The section that it is a part of.
            public let under: ElementID<Section>?
            public let when: Guard
            public let source: SourcePlace

            public enum Kind: String, CaseIterable, Hashable, Sendable {
                case text, timeline, impact, actions, list
                case fiveWhys = "five-whys"
            }
        }
    }

    /// The follow-up of reviews, item by item.
    public struct ActionItems: Hashable, Sendable {
        public let key: NamePattern
        public let categories: [Category]
        /// A second grouping.
        public let areas: [Area]
        /// The first is what a new one has, the last what a finished one has.
        public let statuses: [String]
        public let priorities: [String]
        public let columns: [String]
        public let due: DurationSpan?
        public let remind: Rhythm?
        /// When they are made of what the incident left open.
        public let createAt: CreationMoment
        /// One of them in exports and lists.
        public let line: TemplateText?
        public let source: SourcePlace

        public struct Category: Hashable, Sendable {
            public let id: ElementID<Category>
            public let title: String
            public let text: String?
            public let examples: [String]
            public let source: SourcePlace
        }

        public struct Area: Hashable, Sendable {
            public let id: ElementID<Area>
            public let title: String
            public let source: SourcePlace
        }

        public enum CreationMoment: String, CaseIterable, Hashable, Sendable {
            case resolved
            case reviewDraft = "review-draft"
            case reviewHeld = "review-held"
        }
    }

    /// Something that is owed after an incident, besides the review (S2-22, S3-51 to S3-57).
    public struct FollowUp: Hashable, Sendable {
        public let id: ElementID<FollowUp>
        public let title: String
        public let by: BySeverity<TimeRule>
        public let from: Anchor
        public let owner: Party?
        public let tasks: [Item]
        public let when: Guard
        public let text: String?
        public let source: SourcePlace
    }
}

extension Playbook.Review: DocumentRecord {
    static let shape = RecordShape(
        "review", "The review after an incident.",
        [
            .required("needed", .bySeverity(.word(Need.self)), "whether there is one"),
            .optional("draft-by", .bySeverity(.leaf(.rule)), "by when the draft is written, from the resolution"),
            .optional("schedule-by", .bySeverity(.leaf(.rule)), "by when it has a date"),
            .optional("hold-by", .bySeverity(.leaf(.rule)), "by when it is held"),
            .optional("complete-by", .bySeverity(.leaf(.rule)), "by when the document is complete"),
            .optional("publish-by", .bySeverity(.leaf(.rule)), "by when it is published"),
            .optional("zone", .leaf(.zone), "in which its times are told", otherwise: "the zone of the playbook"),
            .optional("attendees", .record(Attendees.shape), "who takes part"),
            .optional("agenda", .list(of: .record(AgendaItem.shape)), "what is talked about"),
            .optional("minutes", .integer(1...1_440), "how long the meeting is"),
            .optional("sections", .list(of: .record(Section.shape)), "the parts of the document"),
            .optional("template", .reference([.template]), "the head of the document"),
            .optional("owner", .leaf(.owner), "who sees to it", otherwise: "who leads the incident"),
        ])

    init(_ record: inout RecordReader) {
        needed = record.reading("needed")?.bySeverity { RecordReader.word($0.leaf()) } ?? BySeverity(others: .optional)
        draftBy = record.bySeverity("draft-by")
        scheduleBy = record.bySeverity("schedule-by")
        holdBy = record.bySeverity("hold-by")
        completeBy = record.bySeverity("complete-by")
        publishBy = record.bySeverity("publish-by")
        zone = record.optional("zone")
        attendees = record.record("attendees")
        agenda = record.records("agenda")
        minutes = record.optional("minutes")
        sections = record.records("sections")
        template = record.optionalID("template")
        owner = record.optional("owner")
        source = record.source
    }
}

extension Playbook.Review.Attendees: DocumentRecord {
    private static let list: Shape = .list(
        of: .either(scalar: .leaf(.party), list: nil, map: .record(WordsRecord.shape)))

    static let shape = RecordShape(
        "attendees", "Who takes part in a review: ids of roles, targets and audiences, or `{text: …}`.",
        [
            .optional("required", list, "who has to be there"),
            .optional("optional", list, "who may be there"),
        ])

    init(_ record: inout RecordReader) {
        let attendee = { (reading: Reading) -> Playbook.Review.Attendee in
            if case .record = reading.value { return .text(reading.record(WordsRecord.self).text) }
            return .party(reading.leaf())
        }
        required = record.reading("required")?.elements.map(attendee) ?? []
        optional = record.reading("optional")?.elements.map(attendee) ?? []
    }
}

/// Somebody in words.
struct WordsRecord: DocumentRecord {
    let text: String

    static let shape = RecordShape(
        "description", "Somebody in words.", [.required("text", .leaf(.text), "who that is")])

    init(_ record: inout RecordReader) {
        text = record.value("text")
    }
}

extension Playbook.Review.AgendaItem: DocumentRecord {
    static let shape = RecordShape(
        "agenda item", "Something that is talked about.",
        [
            .required("item", .leaf(.text), "what"),
            .optional("minutes", .integer(1...1_440), "for how long"),
            .optional("questions", .list(of: .leaf(.text)), "what is asked"),
        ])

    init(_ record: inout RecordReader) {
        item = record.value("item")
        minutes = record.optional("minutes")
        questions = record.values("questions")
        source = record.source
    }
}

extension Playbook.Review.Section: DocumentRecord {
    static let shape = RecordShape(
        "section", "A part of the review document.",
        [
            .required("id", .id(.section), "its name"),
            .required("title", .leaf(.text), "its heading"),
            .optional("help", .leaf(.text), "what belongs there"),
            .optional("kind", .word(Kind.self), "what it holds", otherwise: "text"),
            .optional("columns", .list(of: .leaf(.text)), "the columns of a table"),
            .optional("draft", .leaf(.template), "what it begins with"),
            .optional("under", .reference([.section]), "the section that it is a part of"),
            .optional("when", .leaf(.guardExpression), "for which incidents", otherwise: "always"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        help = record.optional("help")
        kind = record.word("kind") ?? .text
        columns = record.values("columns")
        draft = record.optional("draft")
        under = record.optionalID("under")
        when = record.optional("when") ?? .always
        source = record.source
    }
}

extension Playbook.ActionItems: DocumentRecord {
    static let shape = RecordShape(
        "list of action items", "How the follow-up of reviews is kept.",
        [
            .optional(
                "key", .leaf(.actionKeyPattern), "how their keys are made", otherwise: NamePattern.usualActionKey.text),
            .optional("categories", .list(of: .record(Category.shape)), "what kinds there are"),
            .optional("areas", .list(of: .record(Area.shape)), "a second grouping"),
            .optional(
                "statuses", .list(.leaf(.text), 2...20), "from new to finished", otherwise: "Open, In progress, Done"),
            .optional("priorities", .list(of: .leaf(.text)), "from the first to the last"),
            .optional("columns", .list(of: .leaf(.text)), "the columns of the table in the review"),
            .optional("due", .leaf(.span), "how long they may take"),
            .optional("remind", .leaf(.rhythm), "how often their owners are reminded"),
            .optional("create-at", .word(CreationMoment.self), "when they are made", otherwise: "review-draft"),
            .optional("line", .leaf(.template), "one of them in exports and lists"),
        ])

    init(_ record: inout RecordReader) {
        key = record.optional("key") ?? .usualActionKey
        categories = record.records("categories")
        areas = record.records("areas")
        let statuses: [String] = record.values("statuses")
        self.statuses = statuses.isEmpty ? ["Open", "In progress", "Done"] : statuses
        priorities = record.values("priorities")
        columns = record.values("columns")
        due = record.optional("due")
        remind = record.optional("remind")
        createAt = record.word("create-at") ?? .reviewDraft
        line = record.optional("line")
        source = record.source
    }
}

extension Playbook.ActionItems.Category: DocumentRecord {
    static let shape = RecordShape(
        "category", "A kind of action item.",
        [
            .required("id", .id(.category), "its name, also in keys"),
            .required("title", .leaf(.text), "what people call it"),
            .optional("text", .leaf(.text), "what belongs to it"),
            .optional("examples", .list(of: .leaf(.text)), "such items"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        text = record.optional("text")
        examples = record.values("examples")
        source = record.source
    }
}

extension Playbook.ActionItems.Area: DocumentRecord {
    static let shape = RecordShape(
        "area", "A second grouping of action items.",
        [
            .required("id", .id(.area), "its name, also in keys"),
            .required("title", .leaf(.text), "what people call it"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        source = record.source
    }
}

extension Playbook.FollowUp: DocumentRecord {
    static let shape = RecordShape(
        "follow-up", "Something that is owed after an incident, besides the review.",
        [
            .required("id", .id(.followUp), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .required("by", .bySeverity(.leaf(.rule)), "by when"),
            .optional("from", .notation(Anchor.self), "from when it counts", otherwise: "resolved"),
            .optional("owner", .leaf(.owner), "who owes it", otherwise: "who leads the incident"),
            .optional("tasks", Playbook.Item.list, "what is done"),
            .optional("when", .leaf(.guardExpression), "for which incidents", otherwise: "always"),
            .optional("text", .leaf(.text), "what it is for"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        by = record.requiredBySeverity("by")
        from = record.call("from") ?? .resolved
        owner = record.optional("owner")
        tasks = record.items("tasks")
        when = record.optional("when") ?? .always
        text = record.optional("text")
        source = record.source
    }
}

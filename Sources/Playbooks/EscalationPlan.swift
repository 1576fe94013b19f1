import Chronology

/// Who is called when, as the team wrote it down: one of the shapes that teams use. All of them come to the same flat
/// list of rungs; see `rungs(_:)`.
public struct EscalationPlan: Hashable, Sendable {
    public let id: ElementID<EscalationPlan>
    public let title: String?
    public let text: String?
    public let when: Guard
    public let merge: Merge
    public let form: Form
    public let source: SourcePlace

    /// What becomes of a target that several plans name (X5).
    public enum Merge: String, CaseIterable, Hashable, Sendable {
        case earliest
        case thisWins = "this-wins"

        var meaning: String {
            switch self {
            case .earliest: "of the rungs of one kind (page, notify, …) the earliest counts"
            case .thisWins: "whom this plan names, this plan alone calls"
            }
        }
    }

    public enum Form: Hashable, Sendable {
        /// Each level after so long on the one before, begun again by progress (S2-29).
        case ladder(from: Anchor, until: ClockEnd, levels: [Level])
        /// Roles by severities (S3-07 to S3-10).
        case matrix(from: Anchor, rows: [MatrixRow])
        /// By severity, who is added after how long (S4-15 to S4-18).
        case windows(from: Anchor, rows: [WindowRow])
        /// One action a severity (S1-03 to S1-06).
        case single(from: Anchor, rows: [SingleRow])
        /// On the declaration, or some time after it (S2-30, S2-31).
        case onDeclare([DeclareRow])
        /// When nobody acknowledges (S2-38, S4-12).
        case acknowledgementTimeout(Level, from: Anchor)
        /// Who leads after how long, and what they may do (S3-43, S3-44).
        case levels(from: Anchor, rows: [TimedLevel])
        /// By hand, with what has to be said (S4-19, S4-20).
        case manual(Manual)
    }

    /// How a rung calls: what all forms share.
    public struct Manner: Hashable, Sendable {
        public let via: Via
        /// Nil: as it is usual in the form; a ladder relieves those before, the others add to them.
        public let mode: Mode?
        /// Not outside of these hours.
        public let within: BusinessCalendar?
        public let note: String?
        public let authority: [String]
    }

    public enum Via: String, CaseIterable, Hashable, Sendable {
        case page, notify, digest, agenda

        var meaning: String {
            switch self {
            case .page: "wakes them until somebody acknowledges"
            case .notify: "tells them"
            case .digest: "goes into the next collected message"
            case .agenda: "is put on the agenda of a meeting"
            }
        }
    }

    public enum Mode: String, CaseIterable, Hashable, Sendable {
        case add, replace

        var meaning: String {
            switch self {
            case .add: "those before it stay"
            case .replace: "those before it are relieved"
            }
        }
    }

    public struct Level: Hashable, Sendable {
        public let to: [Party]
        /// Nil: at once.
        public let after: TimeRule?
        public let when: Guard
        public let manner: Manner
        public let source: SourcePlace
    }

    public struct MatrixRow: Hashable, Sendable {
        public let to: [Party]
        public let cells: [Cell]
        public let when: Guard
        public let manner: Manner
        public let source: SourcePlace

        public struct Cell: Hashable, Sendable {
            public let severity: ElementID<Playbook.Severity>
            public let cell: MatrixCell
            public let source: SourcePlace
        }
    }

    public struct WindowRow: Hashable, Sendable {
        public let severities: [ElementID<Playbook.Severity>]
        public let steps: [Step]
        public let when: Guard
        public let source: SourcePlace

        public struct Step: Hashable, Sendable {
            public let offset: Duration
            /// Nobody where the step only says something: `Continue investigation`.
            public let to: [Party]
            public let manner: Manner
            public let source: SourcePlace
        }
    }

    public struct SingleRow: Hashable, Sendable {
        public let severities: [ElementID<Playbook.Severity>]
        /// Nil: nobody is called for these severities. A decision (S1-06).
        public let level: Level?
        public let source: SourcePlace
    }

    public typealias DeclareRow = Level

    public struct TimedLevel: Hashable, Sendable {
        public let to: [Party]
        public let at: Duration
        public let title: String?
        public let when: Guard
        public let manner: Manner
        public let source: SourcePlace
    }

    public struct Manual: Hashable, Sendable {
        /// What the request has to say.
        public let requires: [String]
        public let template: ElementID<Playbook.Template>?
        public let isNoteRequired: Bool
        /// Whom it can call; empty: everybody that the playbook names.
        public let to: [Party]
        public let source: SourcePlace
    }
}

extension EscalationPlan.Merge: DescribedWord {}
extension EscalationPlan.Via: DescribedWord {}
extension EscalationPlan.Mode: DescribedWord {}

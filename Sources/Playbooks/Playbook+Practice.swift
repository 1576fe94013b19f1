import Chronology

extension Playbook {
    /// How incidents come to light.
    public struct Detection: Hashable, Sendable {
        public let sources: [DetectionSource]
        public let automated: [Step]
        public let manual: [Step]
    }

    public struct DetectionSource: Hashable, Sendable {
        public let id: ElementID<DetectionSource>
        public let title: String
        public let detail: String?
        public let source: SourcePlace
    }

    public struct Drill: Hashable, Sendable {
        public let id: ElementID<Drill>
        public let title: String
        public let kind: Kind
        public let every: Rhythm?
        public let text: String?
        public let source: SourcePlace

        public enum Kind: String, CaseIterable, Hashable, Sendable {
            case drill, tabletop, gameday, simulation, dr
        }
    }

    public struct Training: Hashable, Sendable {
        public let id: ElementID<Training>
        public let title: String
        public let kind: Kind
        public let every: Rhythm?
        public let items: [Item]
        public let source: SourcePlace

        public enum Kind: String, CaseIterable, Hashable, Sendable {
            case onboarding, shadowing, role, tool
        }
    }

    /// What being on call means here.
    public struct OnCall: Hashable, Sendable {
        public let rotations: [String]
        public let handoff: Handoff?
        /// Asked at the beginning of each shift (S4-11).
        public let readiness: [Item]
        /// After so long, somebody is asked to take over (S4-12).
        public let reliefAfter: Duration?
        public let duties: [Duties]
        public let source: SourcePlace

        public struct Handoff: Hashable, Sendable {
            public let when: Recurrence?
            public let covers: [String]
            public let source: SourcePlace
        }

        public struct Duties: Hashable, Sendable {
            /// Whose, in the team's words.
            public let of: String
            public let texts: [String]
        }
    }

    /// A principle, told when it matters; some are checked in messages (S1-33).
    public struct Advisory: Hashable, Sendable {
        public let id: ElementID<Advisory>
        public let text: String
        public let on: Occasion
        public let lint: Lint?
        public let source: SourcePlace

        public enum Occasion: String, CaseIterable, Hashable, Sendable {
            case declared, update, review, always
        }

        public enum Lint: String, CaseIterable, Hashable, Sendable {
            case noHostnames = "no-hostnames"
            case noStackTraces = "no-stack-traces"
            case apology
        }
    }

    public struct Report: Hashable, Sendable {
        public let id: ElementID<Report>
        public let title: String
        public let every: Rhythm
        public let sections: [String]
        public let source: SourcePlace
    }

    /// A system outside that incidents have a counterpart in.
    public struct Integration: Hashable, Sendable {
        public let id: ElementID<Integration>
        public let kind: Kind
        public let title: String
        public let note: String?
        public let source: SourcePlace

        public enum Kind: String, CaseIterable, Hashable, Sendable {
            case pager, chat, ticket, status, docs, apm, logs
        }
    }

    /// A version of the document, for people.
    public struct Change: Hashable, Sendable {
        public let version: String
        public let date: CivilDate?
        public let author: String?
        public let changes: String
        public let source: SourcePlace
    }

    /// The team's words and questions for one kind of entry of the timeline.
    public struct EntryForm: Hashable, Sendable {
        public let kind: Kind
        public let title: String?
        public let text: String?
        public let asks: [Template.Ask]
        /// The team's word for each outcome; several outcomes may share one (S1-22).
        public let outcomes: [OutcomeLabel]
        public let examples: [String]
        public let when: Guard
        public let source: SourcePlace

        public enum Kind: String, CaseIterable, Hashable, Sendable {
            case hypothesis, mitigation, fix
            case flagChange = "flag-change"
            case command
            case logExcerpt = "log-excerpt"
            case snapshot, reproduction, decision, note
        }

        public struct OutcomeLabel: Hashable, Sendable {
            public let outcome: Outcome
            public let label: String
        }

        public enum Outcome: String, CaseIterable, Hashable, Sendable {
            case confirmed, rejected, inconclusive
            case success, partial, failed
            case pendingRelease = "pending-release"
            case deployed, verified

            /// The kind of entry that can come out so.
            public var kind: Kind {
                switch self {
                case .confirmed, .rejected, .inconclusive: .hypothesis
                case .success, .partial, .failed: .mitigation
                case .pendingRelease, .deployed, .verified: .fix
                }
            }
        }
    }

    /// Where the document comes from (S0-57).
    public struct Provenance: Hashable, Sendable {
        public let document: String?
        public let requirement: String?
        public let task: String?
    }

    /// How often the document is read again (S2-42, S3-63).
    public struct Upkeep: Hashable, Sendable {
        public let every: Rhythm
        public let last: CivilDate?
        public let isAfterIncident: Bool
        public let source: SourcePlace
    }

    /// How incidents are named, and which get a room and a call.
    public struct Naming: Hashable, Sendable {
        public let key: NamePattern
        /// The zone whose date stands in the key; nil: that of the playbook.
        public let keyZone: Zone?
        /// Nil: incidents have no room.
        public let room: NamePattern?
        public let roomWhen: Guard
        /// Which incidents get a call; nil: none by itself.
        public let bridgeWhen: Guard?
        public let source: SourcePlace
    }
}

import Chronology
import Notation

extension Incident {
    /// What a procedure's clocks, promises and lists are counted from, in the procedure's own words. It is folded from the
    /// events like the rest; what the words mean, the playbook says.
    public struct History: Hashable, Sendable {
        /// What something was, since when.
        public struct Stay: Hashable, Sendable {
            public let value: String
            public let since: Instant
        }

        public struct Happening: Hashable, Sendable {
            /// In the notation of playbooks: `acknowledged`, `status(monitoring)`.
            public let name: String
            public let at: Instant
        }

        public struct PostedUpdate: Hashable, Sendable {
            public let update: IncidentEvent.Update
            public let at: Instant
        }

        /// What was recorded of something that was owed. It stays.
        public enum Settlement: Hashable, Sendable {
            case met(at: Instant)
            case waived(at: Instant, why: String)
            case reached(at: Instant, calls: [String], via: String)
        }

        public struct Tick: Hashable, Sendable {
            public let at: Instant
            public let answer: String?
        }

        /// A reminder that was given, so that it is not given again.
        public struct Told: Hashable, Sendable {
            public let obligation: String
            public let notice: String
            public let target: Instant
            /// Whether there was anybody to tell.
            public let reachedSomebody: Bool

            public init(obligation: String, notice: String, target: Instant, reachedSomebody: Bool) {
                self.obligation = obligation
                self.notice = notice
                self.target = target
                self.reachedSomebody = reachedSomebody
            }
        }

        /// Labels of severities; the first is that of the declaration.
        public private(set) var severities: [Stay]
        /// The procedure's names of statuses.
        public private(set) var statuses: [Stay]
        public private(set) var phases: [Stay] = []
        /// Each role that was taken, each time.
        public private(set) var roles: [Stay] = []
        public private(set) var happenings: [Happening]
        public private(set) var updates: [PostedUpdate] = []
        public private(set) var settlements: [String: Settlement] = [:]
        public private(set) var told: Set<Told> = []
        public private(set) var ticks: [String: Tick] = [:]
        /// By field; one that was taken back is not there.
        public private(set) var answers: [String: String] = [:]
        /// When each field got the answer that it has.
        public private(set) var answeredAt: [String: Instant] = [:]

        init(of declaration: IncidentEvent.Declaration, at now: Instant) {
            severities = [Stay(value: declaration.severity.label, since: now)]
            statuses = [Stay(value: IncidentStatus.declared.rawValue, since: now)]
            happenings = [Happening(name: "declared", at: now), Happening(name: "severity-set", at: now)]
            note(declaration.answers, at: now)
        }

        mutating func happen(_ name: String, at now: Instant) { happenings.append(Happening(name: name, at: now)) }

        mutating func apply(_ event: IncidentEvent, at now: Instant) {
            switch event {
            case .declared, .alertAttached, .alertResolved, .paged, .pageExhausted, .noteAdded, .retitled,
                .roleReleased, .playbookMoved:
                break
            case .pageAcknowledged: happen("acknowledged", at: now)
            case .statusChanged(_, let status, let name, _):
                let name = name ?? status.rawValue
                statuses.append(Stay(value: name, since: now))
                happen("status(\(name))", at: now)
                happen("status-changed", at: now)
            case .severityChanged(_, let severity, _):
                severities.append(Stay(value: severity.label, since: now))
                happen("severity-changed", at: now)
            case .roleAssigned(let role, _, _):
                roles.append(Stay(value: role, since: now))
                happen("role-assigned(\(role))", at: now)
            case .answered(let answers): note(answers, at: now)
            case .updatePosted(let update):
                updates.append(PostedUpdate(update: update, at: now))
                happen("update-posted(\(update.audience))", at: now)
                if let template = update.template { happen("message-sent(\(template))", at: now) }
                if let stage = update.stage { happen("page-posted(\(stage))", at: now) }
            case .happened(let name, _): happen(name, at: now)
            case .phaseEntered(let phase, _): phases.append(Stay(value: phase, since: now))
            case .rungReached(let rung):
                settlements[rung.obligation] = .reached(at: now, calls: rung.calls, via: rung.via)
                // Whoever is called as a phase begins is called to begin with, not because somebody else has failed.
                if !rung.calls.isEmpty, !rung.obligation.hasPrefix("phase/") { happen("escalated", at: now) }
            case .reminded(let reminder):
                told.insert(
                    Told(
                        obligation: reminder.obligation, notice: reminder.notice, target: reminder.target,
                        reachedSomebody: !reminder.told.isEmpty))
            case .obligationMet(let obligation, _, _): settlements[obligation] = .met(at: now)
            case .obligationWaived(let obligation, _, let why): settlements[obligation] = .waived(at: now, why: why)
            case .itemTicked(let item, _, let answer): ticks[item] = Tick(at: now, answer: answer)
            case .itemUnticked(let item, _): ticks[item] = nil
            }
        }

        private mutating func note(_ answers: [IncidentEvent.Answer], at now: Instant) {
            for answer in answers {
                self.answers[answer.field] = answer.text.isEmpty ? nil : answer.text
                answeredAt[answer.field] = answer.text.isEmpty ? nil : now
            }
        }
    }
}

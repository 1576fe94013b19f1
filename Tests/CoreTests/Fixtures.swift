import Alerting
import Chronology
import Incidents
import Notation
import Paging

let start = Instant(seconds: 1_800_000_000)
let ana = UserID("usr_ana")
let ben = UserID("usr_ben")
let cleo = UserID("usr_cleo")

func contact(_ user: UserID) -> Contact {
    Contact(user: user, method: ContactMethodID("ctm_" + user.text.dropFirst(4)), channel: "email")
}

/// Everybody has one contact method, but for those who cannot be reached.
func reach(unreachable: Set<UserID> = []) -> (EscalationPlan.Target) -> Reach {
    { target in
        switch target {
        case .user(let user) where unreachable.contains(user):
            Reach(contacts: [], obstacles: ["\(user) has no way to be reached."])
        case .user(let user): Reach(contacts: [contact(user)], obstacles: [])
        case .schedule, .team, .role: Reach(contacts: [], obstacles: ["Nobody is on call."])
        case .administrators: Reach(contacts: [contact(ana)], obstacles: [])
        }
    }
}

func plan(_ rungs: [(UserID, Duration)], laps: Int = 1) throws -> EscalationPlan {
    try EscalationPlan(
        id: EscalationPlanID("esc_1"), name: "Main", rungs: rungs.map { .init(targets: [.user($0.0)], patience: $0.1) },
        laps: laps, fallback: [])
}

/// A page with its history, driven as the engine drives it.
struct Climber {
    var page: Page
    var history: [PageEvent] = []
    var unreachable: Set<UserID> = []

    init(_ plan: EscalationPlan, at now: Instant = start, unreachable: Set<UserID> = []) {
        self.unreachable = unreachable
        let opening = PageEvent.opened(
            .init(subject: .alert(AlertID("alr_1")), title: "Down", service: nil, plan: plan))
        page = Page(PageID("pag_1"), from: opening, at: now)
        apply(page.begin(at: now, reaching: reach(unreachable: unreachable)), at: now)
    }

    mutating func apply(_ events: [PageEvent], at now: Instant) {
        for event in events { page.apply(event, at: now) }
        history += events
    }

    mutating func wait(until now: Instant) {
        apply(page.deadlinePassed(at: now, reaching: reach(unreachable: unreachable)), at: now)
    }

    /// `rung/lap` of each rung that was reached, `-rung/lap` of each that was skipped, `fallback`.
    var climbed: [String] {
        history.compactMap {
            switch $0 {
            case .rungReached(let climb): "\(climb.rung)/\(climb.lap)"
            case .rungSkipped(let rung, let lap, _): "-\(rung)/\(lap)"
            case .exhausted: "fallback"
            default: nil
            }
        }
    }
}

let ladder: Ladder = {
    do throws(InputFault) {
        return try Ladder(steps: [
            .init(Severity(rank: 0, label: "SEV1"), meaning: "down", words: ["critical"]),
            .init(Severity(rank: 1, label: "SEV2"), meaning: "bad", words: ["error"]),
            .init(Severity(rank: 2, label: "SEV3"), meaning: "impaired", words: ["warning"]),
        ])
    } catch {
        preconditionFailure("\(error)")
    }
}()

func procedure(key: String = "INC-{date}-{seq:3}") throws -> Procedure {
    Procedure(
        id: "starter", version: 1, name: "Starter", ladder: ladder,
        statuses: [
            .init(.declared, label: "Declared"), .init(.investigating, label: "Investigating"),
            .init(.monitoring, label: "Watching"), .init(.resolved, label: "Resolved"), .init(.closed, label: "Closed"),
        ],
        roles: [.init(id: "incident-commander", label: "Incident commander"), .init(id: "scribe", label: "Scribe")],
        keyPattern: try KeyPattern(key))
}

func incident(severity: Severity = Severity(rank: 1, label: "SEV2")) -> Incident {
    Incident(
        IncidentID("inc_1"),
        from: .declared(
            .init(
                key: "INC-1", title: "Checkout is down", severity: severity, service: nil, kind: .real,
                procedure: "starter",
                procedureVersion: 1, origin: nil, impactStarted: nil, detected: start, reason: "Declared by Ana.")),
        at: start)
}

import Alerting
import Chronology
import Incidents
import Notation
import Testing

@Suite struct ReceptionTests {
    private let warning = Severity(rank: 2, label: "SEV3")

    private func latest(
        open: Bool, acknowledged: Bool = false, startsAt: Instant? = start, endedBySource: Bool = false
    ) -> Reception.Latest {
        .init(
            isOpen: open, isAcknowledged: acknowledged, severity: warning, startsAt: startsAt, openedAt: start,
            endedBySourceAt: endedBySource ? ended : nil)
    }

    private let ended = start + .minutes(10)

    private func signal(_ status: Signal.Status, startsAt: Instant? = start) -> Signal {
        Signal(dedupKey: "k", status: status, title: "t", startsAt: startsAt)
    }

    @Test func `a first firing signal opens an alert`() {
        #expect(Reception(of: signal(.firing), latest: nil, severity: nil, at: ended) == .opens)
    }

    @Test func `a firing signal while one is open repeats it (R3)`() {
        #expect(
            Reception(of: signal(.firing), latest: latest(open: true), severity: warning, at: ended)
                == .repeats(severity: nil))
    }

    @Test func `a repeat that is worse says so`() {
        let worse = Severity(rank: 0, label: "SEV1")
        #expect(
            Reception(of: signal(.firing), latest: latest(open: true), severity: worse, at: ended)
                == .repeats(severity: worse))
    }

    @Test func `a late repeat of an episode that its source ended opens nothing (R13)`() {
        let over = latest(open: false, endedBySource: true)
        guard case .ignored = Reception(of: signal(.firing), latest: over, severity: nil, at: ended) else {
            Issue.record("the late repeat opened an alert")
            return
        }
    }

    @Test func `a source that fires again under the old start, a while after it said that it was over, opens an alert`()
    {
        let over = latest(open: false, endedBySource: true)
        for (seconds, isNews) in [(0, false), (4, false), (5, true), (300, true)] as [(Int64, Bool)] {
            let reception = Reception(
                of: signal(.firing), latest: over, severity: nil, at: ended + .seconds(seconds))
            #expect((reception == .opens) == isNews, "after \(seconds) s")
        }
    }

    @Test func `an earlier episode stays over, however late its repeat comes (R13)`() {
        let over = latest(open: false, endedBySource: true)
        let earlier = signal(.firing, startsAt: start - .seconds(1))
        guard case .ignored = Reception(of: earlier, latest: over, severity: nil, at: ended + .hours(1)) else {
            Issue.record("the late repeat opened an alert")
            return
        }
    }

    @Test func `a source whose clock once ran ahead is heard again`() {
        let ahead = latest(open: false, startsAt: start + .days(3_650), endedBySource: true)
        let present = signal(.firing, startsAt: ended + .minutes(1))
        #expect(Reception(of: present, latest: ahead, severity: nil, at: ended + .minutes(1)) == .opens)
    }

    @Test func `a new episode opens an alert again`() {
        let over = latest(open: false, endedBySource: true)
        #expect(
            Reception(of: signal(.firing, startsAt: start + .seconds(1)), latest: over, severity: nil, at: ended)
                == .opens)
    }

    @Test func `a source that still fires after a person resolved the alert opens it again`() {
        #expect(Reception(of: signal(.firing), latest: latest(open: false), severity: nil, at: ended) == .opens)
    }

    @Test func `a source without times opens an alert again after it resolved one`() {
        let over = latest(open: false, startsAt: nil, endedBySource: true)
        #expect(Reception(of: signal(.firing, startsAt: nil), latest: over, severity: nil, at: ended) == .opens)
    }

    @Test func `a resolve ends what is open`() {
        #expect(Reception(of: signal(.resolved), latest: latest(open: true), severity: nil, at: ended) == .resolves)
    }

    @Test func `a late resolve of an earlier episode does not end the later one (R13)`() {
        let later = latest(open: true, startsAt: start + .minutes(1))
        guard case .ignored = Reception(of: signal(.resolved), latest: later, severity: nil, at: ended) else {
            Issue.record("the late resolve ended a later episode")
            return
        }
    }

    @Test func `an acknowledgement counts once`() {
        #expect(
            Reception(of: signal(.acknowledged), latest: latest(open: true), severity: nil, at: ended) == .acknowledges)
        guard
            case .ignored = Reception(
                of: signal(.acknowledged), latest: latest(open: true, acknowledged: true), severity: nil, at: ended)
        else {
            Issue.record("the second acknowledgement counted")
            return
        }
    }

    @Test(arguments: [Signal.Status.resolved, .acknowledged])
    func `what is not open cannot be ended or acknowledged`(_ status: Signal.Status) {
        for latest in [nil, latest(open: false)] {
            guard case .ignored = Reception(of: signal(status), latest: latest, severity: nil, at: ended) else {
                Issue.record("\(status) had an effect")
                continue
            }
        }
    }
}

@Suite struct RoutingTests {
    private func route(
        _ id: String, _ matchers: [LabelMatcher], integration: IntegrationID? = nil, severity: String? = nil,
        declaresFromRank: Int? = nil
    ) -> Route {
        Route(
            id: RouteID(id), name: id, matchers: matchers, integration: integration, service: nil, severity: severity,
            plan: nil, declaresFromRank: declaresFromRank)
    }

    private func table(_ routes: [Route]) -> RoutingTable {
        RoutingTable(
            routes: routes, ladder: ladder, ordinarySeverity: Severity(rank: 2, label: "SEV3"),
            services: [.init(id: ServiceID("svc_1"), name: "checkout", plan: EscalationPlanID("esc_shop"))],
            fallbackPlan: EscalationPlanID("esc_all"))
    }

    private func signal(_ labels: [(String, String)], severity: String? = nil) -> Signal {
        Signal(
            dedupKey: "k", status: .firing, title: "t", severity: severity,
            labels: labels.map { Label($0.0, $0.1) }.sorted())
    }

    private let source = IntegrationID("itg_1")

    @Test func `the first route that matches decides`() {
        let table = table([
            route("a", [LabelMatcher("team", .equals, "db")]), route("b", [LabelMatcher("team", .differs, "web")]),
            route("c", []),
        ])
        #expect(table.route(for: signal([("team", "db")]), from: source)?.id == RouteID("a"))
        #expect(table.route(for: signal([("team", "ops")]), from: source)?.id == RouteID("b"))
        #expect(table.route(for: signal([("team", "web")]), from: source)?.id == RouteID("c"))
    }

    @Test func `a label that is not there counts as empty`() {
        let table = table([route("a", [LabelMatcher("team", .equals, "")])])
        #expect(table.route(for: signal([]), from: source)?.id == RouteID("a"))
        #expect(table.route(for: signal([("team", "db")]), from: source) == nil)
    }

    @Test func `a route for one integration passes over the others`() {
        let table = table([route("a", [], integration: IntegrationID("itg_2"))])
        #expect(table.route(for: signal([]), from: source) == nil)
    }

    @Test func `nothing is unrouted: without a route the defaults apply and say so`() {
        let routing = table([]).routing(of: signal([("service", "checkout")]), from: source, integrationService: nil)
        #expect(routing.service == ServiceID("svc_1"))
        #expect(routing.plan == EscalationPlanID("esc_shop"))
        #expect(routing.declares == false)
        #expect(
            routing.explanation == [
                "No route matched; the defaults apply.", "The source gave no severity; SEV3 is the default.",
                "It belongs to the service checkout.",
                "No route declares an incident for it; it stays an alert until somebody does.",
            ])
    }

    @Test func `a service that a label names and nobody knows is named in the explanation`() {
        let long = String(repeating: "x", count: 5_000)
        let cases = [
            ([("service", "chekout")], #"Its label names the service "chekout", which is not known here."#),
            ([], "No service is known for it."),
            (
                [("service", long)],
                "Its label names the service \"\(long.prefix(128))…\", which is not known here."
            ),
        ]
        for (labels, sentence) in cases {
            let routing = table([]).routing(of: signal(labels), from: source, integrationService: nil)
            #expect(routing.service == nil)
            #expect(routing.explanation.contains(sentence), "\(routing.explanation)")
        }
    }

    @Test(arguments: [
        ("critical", "SEV1"), ("CRITICAL", "SEV1"), ("sev2", "SEV2"), ("warning", "SEV3"), ("purple", "SEV3"),
    ])
    func `a source's word becomes a severity of the ladder`(_ word: String, _ label: String) {
        let routing = table([]).routing(of: signal([], severity: word), from: source, integrationService: nil)
        #expect(routing.severity.label == label)
    }

    @Test func `an incident is declared at the named rank and worse`() {
        let table = table([route("a", [], declaresFromRank: 1)])
        let declared = ["critical", "error", "warning"].map {
            table.routing(of: signal([], severity: $0), from: source, integrationService: nil).declares
        }
        #expect(declared == [true, true, false])
    }
}

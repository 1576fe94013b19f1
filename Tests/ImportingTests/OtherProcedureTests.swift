import Importing
import Playbooks
import Testing

/// A whole procedure that shares neither words nor order with the five.
@Suite struct OtherProcedureTests {
    private static let kestrel = """
        ---
        title: Handling outages at Kestrel
        owner: "Reliability guild"
        version: 3.2
        updated: 2025-03-02
        tags: ops
        ---

        Outage handbook
        ===============

        How we notice, handle and learn from outages of the booking platform. All times are CET.

        ## Who does what

        | Role | Responsibilities | Filled by |
        |:-----|:-----------------|:----------|
        | Incident manager | Leads the response, decides | On-call engineer |
        | Operations lead | Changes systems | Any senior engineer |

        ## Priority levels

        | Level | Impact | Response | Resolution | Updates | Examples |
        |-------|--------|----------|------------|---------|----------|
        | Sev 1 | Nobody can book | 10 minutes | 2 hours | every 20 minutes | Checkout down; search down |
        | Sev 2 | Some cannot book | 30 minutes | 8 business hours | hourly | Error rate above 5% |
        | Sev 3 | A nuisance | next day | 2 weeks | daily | Wrong colour |

        > When in doubt, take the higher level.

        ## Steps during an outage

        ### Detection
        * Alert fires or a customer calls
        * Acknowledge within 5 minutes

        ### Triage
        - [ ] How many customers are affected?

        ### Containment
        1. Turn the feature off
           ```sh
           flagctl off <feature>
           ```

        ### Recovery
        Watch for 30 minutes.

        ### Retrospective
        Hold the retrospective within 5 business days for Sev 1 and Sev 2.

        Attendees: the responders, the product owner

        ## Messages

        **First notice**

        ~~~
        We see problems with [service] since [start time].
        Level: [Sev 1 | Sev 2 | Sev 3]
        Next message: [Time]
        ~~~

        ## Drills

        * Game day every quarter
        * Restore test (yearly)

        ## Odds and ends

        The coffee machine is on the third floor.

        """

    @Test(arguments: [
        "title: Handling outages at Kestrel", "owner: Reliability guild", "version: 3.2", "updated: 2025-03-02",
        "zone: Europe/Berlin",
        "when-in-doubt: higher", "clocks:\n  respond: 30m\n  resolve: 8 business hours",
        "- id: ic\n  title: Incident manager\n  duties:\n    - Leads the response\n    - Decides\n  eligible:\n "
            + "   text: On-call engineer\n  default: target(on-call)\n  required: always",
        "- id: internal\n  title: Updates\n  audience: internal\n  every:\n    Sev-1: 20m\n    Sev-2: 1h\n    "
            + "Sev-3: daily\n  while: active",
        "- when: error-rate > 5%\n  because: Error rate above 5%",
        "- id: containment\n  title: Containment\n  states: [mitigating]\n  checklist:\n    - text: Turn the "
            + "feature off\n      command: flagctl off {{param.feature}}\n"
            + "      risk: change\n      params:\n        - id: feature\n          title: Feature",
        "- id: observation\n  title: Watch for 30 minutes.\n  from: fix-deployed\n  for: 30m",
        "hold-by:\n  Sev-1: 5 business days by close\n  Sev-2: 5 business days by close\n  others: none",
        "attendees:\n  required:\n    - text: The responders\n    - text: The product owner",
        "body: |\n  We see problems with {{service.name}} since {{started|datetime}}.\n  Level: "
            + "{{severity.label}}\n  Next message: {{next-update|time}}",
        "- id: game-day-every-quarter\n  title: Game day every quarter\n  kind: gameday\n  every: quarterly",
        "- id: restore-test-yearly\n  title: Restore test (yearly)\n  kind: dr\n  every: yearly",
    ])
    func `a procedure in other words is understood`(_ block: String) {
        let result = imported(Self.kestrel)
        let first = String(block.split(separator: "\n")[0])
        #expect(result.blocks(first).contains(block), "\(result.blocks(first))")
    }

    @Test func `what it says that a playbook has no place for is left out, line by line`() {
        let result = imported(Self.kestrel)
        #expect(result.faults == [])
        #expect(result.unaccounted(of: Self.kestrel) == [])
        #expect(
            result.findings(.leftOut).map(\.description) == [
                "line 6: left out: \"tags\" has no place in a playbook",
                "line 69: left out: the heading of a section that was not recognised",
                "line 71: left out: a text for people that sets nothing",
            ])
    }
}

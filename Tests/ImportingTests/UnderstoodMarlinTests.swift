import Testing

/// What has to be understood of a runbook that uses every form of section.
@Suite struct UnderstoodMarlinTests {
    @Test(arguments: [
        Understood(
            .marlin, "severities as sections of lists",
            """
            - id: SEV1
              name: Standstill
              meaning: No depot can plan trucks
              facets:
                response: Immediate (< 5 minutes)
                resolution: 1-4 hours
                escalation: Page on-call immediately
                updates: Every 20 minutes
              examples:
                - Planner is down
                - Orders are lost
                - Error rate > 25%
              criteria:
                - when: error-rate > 25%
                  because: Error rate > 25%
              clocks:
                respond: immediately, within 5m
                resolve: 1h..4h
            """),
        Understood(
            .marlin, "updates of the ladder",
            """
            - id: internal
              title: Updates
              audience: internal
              every:
                SEV1: 20m
                SEV2: 45m
                SEV3: on-events
              while: active
              template: slack-update
            """),
        Understood(
            .marlin, "what the primary does",
            """
            on-call:
              rotations:
                - Primary and secondary rotate weekly
              handoff:
                when: weekly on tuesday at 10:30
                zone: America/Chicago
                covers:
                  - Open incidents
                  - Planned work
              readiness:
                - Laptop and headset
                - VPN
                - Access to the depot consoles
              duties:
                primary:
                  - Acknowledge all alerts within 5 minutes
                  - Open the incident
                  - Escalate if unable to resolve within 40 minutes
                secondary:
                  - Take over when the primary needs rest
                  - Answer the depots
            """),
        Understood(
            .marlin, "one action a severity",
            """
            single:
              from: declared
              rows:
                - severity: SEV1
                  to: target(on-call)
                  via: page
                  after: immediately
                - severity: SEV2
                  to: target(on-call)
                  via: page
                  after: immediately, within 10m
                - severity: SEV3
                  none: true
            """),
        Understood(
            .marlin, "severities by time",
            """
            windows:
              from: declared
              rows:
                - severity: SEV1
                  at:
                    0m: [target(on-call), target(secondary)]
                    20m: [target(operations-manager)]
                    1h: [target(director-of-logistics)]
                - severity: SEV2
                  at:
                    0m: [target(on-call)]
                    20m: [target(secondary)]
                    1h: [target(operations-manager)]
                - severity: SEV3
                  at:
                    0m: [target(on-call)]
                    20m: Wait for the morning
                    1h: Normal queue
            """),
        Understood(
            .marlin, "escalation by hand",
            """
            manual:
              requires:
                - Link to the incident
                - Depots affected
                - What you need
              note: required
            """),
        Understood(
            .marlin, "a contact with its backup",
            """
            - id: operations-manager
              title: Operations Manager
              kind: role
              contact: "@ops-manager"
              backup: target(ops-deputy)
              when: Any SEV1
            """),
        Understood(
            .marlin, "a phase with commands and a decision",
            """
            - id: investigation
              title: Investigation
              states: [investigating, identified]
              box:
                from: declared
                min: 5m
                max: 45m
              checklist:
                - text: Look at the planner
                  command: kubectl get pods -n dispatch
                  risk: read
                - text: Look at the queue
                  command: dispatchctl queue status
                  risk: read
                - text: Did it start with a deployment?
                  kind: decision
                  options:
                    - YES → Roll back
                    - NO → Look at the telematics feed
            """),
        Understood(
            .marlin, "checks at set times",
            """
            series:
              - id: after-a-fix-verification-ladder
                title: "After a Fix: Verification Ladder"
                from: fix-deployed
                at:
                  5m: Do plans appear?
                  15m: Is the backlog shrinking?
                  1h: Is planning time normal?
            """),
        Understood(
            .marlin, "checks before the resolution",
            """
            checks:
              - Planning time below 10 seconds
              - text: "No new alerts: quiet for 30+ minutes"
                kind: quiet
                for: 30m
            """),
        Understood(
            .marlin, "channels by purpose",
            """
            - id: leadership
              title: Executive updates for SEV1
              channels:
                - "#dispatch-leadership"
              when: severity is SEV1
            """),
        Understood(
            .marlin, "a message",
            """
            - id: slack-update
              title: Slack Update
              audience: internal
              kind: chat
              asks:
                - id: impact
                  title: Which depots
                  required: true
              body: |
                :truck: UPDATE {{incident.key}}
                Severity: {{severity.label}}
                Status: {{status.label}}
                Impact: {{text.impact}}
                IC: {{role.ic}}
                Next update: {{next-update|time}}
            """),
        Understood(
            .marlin, "the stages of the status page",
            """
            stages:
              - id: investigating
                on: declared
                title: Investigating
                template: page-investigating
              - id: resolved
                on: resolved
                title: Planning restored
                template: page-resolved
            """),
        Understood(
            .marlin, "a mail with angle brackets",
            """
            - id: customer-email
              title: Customer Email
              audience: customers
              kind: email
              when: severity is SEV1
              subject: Delayed deliveries on {{started|date}}
              asks:
                - id: summary-of-the-delay
                  title: Summary of the delay
                  required: true
              body: |
                Dear {{recipient.name}},
                {{text.summary-of-the-delay}}
            """),
        Understood(
            .marlin, "a scenario with an alert",
            """
            - id: planner-out-of-memory
              title: Planner out of memory
              alerts:
                - PlannerMemoryHigh
              symptoms:
                - Plans stop in the middle of the night
              steps:
                - text: Who uses the memory?
                  command: kubectl top pods -n dispatch
                  risk: read
              causes:
                - cause: Depot imported twice
                  fix: remove the second import
                - cause: Leak in the map service
              resolution:
                - text: Restart the planner
                  command: kubectl rollout restart deployment/planner -n dispatch
                  risk: change
            """),
        Understood(
            .marlin, "a form",
            """
            - id: cargo
              title: Cargo
              kind: choice
              choices:
                - None
                - Chilled
                - Dangerous goods
            """),
        Understood(
            .marlin, "the form of a hypothesis",
            """
            - id: hypothesis
              title: Hypotheses
              asks:
                - id: statement
                  title: Hypothesis
                - id: test
                  title: Test
              outcomes:
                confirmed: Confirmed
                rejected: Rejected
              examples:
                - |
                  The last deployment broke the planner
                  Test: Compare versions
            """),
        Understood(
            .marlin, "a sign-off",
            """
            signoffs:
              - id: resolution
                title: Resolution Sign-off
                subject: resolve
                roles: [role(ic), target(operations-manager)]
                quorum: all
            """),
        Understood(
            .marlin, "the meeting",
            """
            review:
              needed:
                SEV1: required
                SEV2: required
                others: optional
              schedule-by:
                SEV1: 4 business days by close
                SEV2: 4 business days by close
                others: none
              attendees:
                required:
                  - role(ic)
                  - role(scribe)
                optional:
                  - text: Depot managers
              minutes: 50
              agenda:
                - item: Timeline
                  minutes: 15
                - item: What helped
                  minutes: 15
                - item: Action items
                  minutes: 25
              template: incident-review
              sections:
                - id: timeline
                  title: Timeline
                  kind: timeline
                  columns: [time, event]
                - id: five-whys
                  title: Five Whys
                  help: answer
                  kind: five-whys
                - id: what-went-well
                  title: What Went Well
                  help: Item
                  kind: list
                - id: action-items
                  title: Action Items
                  kind: actions
                  columns: [action, owner, due]
            """),
        Understood(
            .marlin, "what is owed afterwards",
            """
            follow-up:
              - id: follow-up
                title: Follow-up
                by: 1d..14d
                from: resolved
                tasks:
                  - "Fix the cause: Engineering"
                  - "Update this runbook: Dispatch Operations"
            """),
        Understood(
            .marlin, "figures",
            """
            metrics:
              - id: mtta
                title: MTTA
                from: alert-fired
                to: acknowledged
              - id: mttr
                title: MTTR
                from: detected
                to: resolved
              - id: incident-count
                title: Incident count
                kind: count
                per: month
            """),
        Understood(
            .marlin, "a table of objectives",
            """
            slo:
              - id: planner-availability
                title: "Planner: Availability"
                kind: availability
                target: 99.9%
                window: 30d
            """),
        Understood(
            .marlin, "systems",
            """
            integrations:
              - id: pagerduty
                title: PagerDuty
                kind: pager
                note: Alerts and rotation
            """),
        Understood(
            .marlin, "training and drills",
            """
            drills:
              - id: monthly-drill
                title: Monthly drill
                kind: drill
                every: monthly
                text: Paper plan
              - id: yearly-recovery-test
                title: Yearly recovery test
                kind: dr
                every: yearly
                text: Restore the order database
            """),
        Understood(
            .marlin, "principles",
            """
            advisories:
              - id: tell-the-depots-before-they-call
                text: Tell the depots before they call
                on: always
              - id: do-not-restart-two-planners-at-once
                text: Do not restart two planners at once
                on: always
            """),
    ])
    func `the procedure of Marlin is understood`(_ understood: Understood) throws { try understood.check() }
}

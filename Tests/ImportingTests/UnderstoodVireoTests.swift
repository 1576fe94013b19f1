import Testing

/// What has to be understood of a procedure with front matter, labels in bold and shortened severities.
@Suite struct UnderstoodVireoTests {
    @Test(arguments: [
        Understood(
            .vireo, "the zone of the front matter",
            """
            zone: America/Chicago
            """),
        Understood(
            .vireo, "support hours with holidays",
            """
            - id: business-hours
              hours:
                mon-fri: 07:00-18:00
              holidays:
                - date: 2026-11-26
                  name: Thanksgiving
                - date: 2026-12-25
                  name: Closed
            """),
        Understood(
            .vireo, "severities as sections with labels",
            """
            - id: Priority-2
              name: High
              meaning: Several clinics can’t book
              facets:
                response: 30 minutes
                resolution: 1 business day
                status-updates: hourly
              examples:
                - Calendar sync stops
                - Latency above 2 seconds (p95)
              clocks:
                respond: 30m
                resolve: 1 business days by close
            """),
        Understood(
            .vireo, "updates by severity",
            """
            cadence:
              - id: internal
                title: Updates
                audience: internal
                every:
                  Priority-1: 30m
                  Priority-2: 1h
                  Priority-3: on-events
                while: active
            """),
        Understood(
            .vireo, "a matrix whose columns shorten the labels",
            """
            matrix:
              from: severity-entered
              rows:
                - to: target(on-call)
                  Priority-1: immediately
                  Priority-2: immediately
                  Priority-3: immediately within business-hours
                - to: target(squad-lead)
                  Priority-1: 10m
                  Priority-2: 1h
                  Priority-3: next business day by open
                - to: target(director-of-engineering)
                  Priority-1: 20m
                  Priority-2: 4h
                  Priority-3: none
            """),
        Understood(
            .vireo, "levels with arrows and waits between them",
            """
            ladder:
              from: alert-fired
              until: acknowledged
              levels:
                - to: target(on-call)
                - to: target(squad-lead)
                  after: 15m
                - to: target(director-of-engineering)
                  after: 30m
            """),
        Understood(
            .vireo, "a table of roles",
            """
            - id: ic
              title: Incident Commander
              duties:
                - Coordinates
                - Decides on severity
                - Closes the incident
              eligible:
                text: "Squad lead (backup: on-call developer)"
              required: always
              claimable: true
            """),
        Understood(
            .vireo, "a general section about being on call",
            """
            on-call:
              handoff:
                when: weekly on monday at 10:00
                covers:
                  - Open incidents
                  - Risky deployments
                  - Silenced alerts
            """),
        Understood(
            .vireo, "a sentence about the secondary",
            """
            ack-timeout:
              after: 10m
              from: alert-fired
              to: target(secondary)
            """),
        Understood(
            .vireo, "a scenario with commands and conditions",
            """
            - id: calendar-sync-stuck
              title: Calendar sync stuck
              alerts:
                - CalendarSyncLag
              symptoms:
                - Bookings appear late
                - Queue depth grows
              steps:
                - text: Look at the queue
                  command: kubectl -n booking exec deploy/sync -- syncctl queue depth
                  risk: change
                - text: Look at the last errors
                  command: kubectl -n booking logs deploy/sync --since=15m | grep ERROR
                  risk: read
              branches:
                - if: The queue is poisoned
                  then: Drop the head message
                - if: The provider is down
                  then: Pause the sync and tell clinics
              resolution:
                - text: Drop the head message
                  command: syncctl queue drop --head --confirm
                  risk: destructive
              contacts: [target(squad-lead)]
            """),
        Understood(
            .vireo, "a scenario with a table of causes",
            """
            - id: database-out-of-connections
              title: Database out of connections
              symptoms:
                - “too many clients” in the logs
                - Booking API slow
              causes:
                - cause: Leaked transactions
                  fix: "Restart the API: kubectl -n booking rollout restart deploy/api"
                - cause: Traffic peak
                  fix: Raise the pool to 60
            """),
        Understood(
            .vireo, "places to fill in the braces of programs",
            """
            - id: page-resolved
              title: Resolved
              audience: customers
              kind: status-page
              asks:
                - id: component
                  title: Component
                  required: true
              body: |
                The problem with {{text.component}} is solved since {{resolved|time}}. We’re sorry for the trouble.
            """),
        Understood(
            .vireo, "the form of the review document",
            """
            - id: post-mortem
              title: Post-mortem
              kind: document
              asks:
                - id: authors
                  title: Names
                  required: true
              body: |
                Date: {{started|date}}
                Authors: {{text.authors}}
                Priority: {{severity.label}}
                {{sections}}
            """),
        Understood(
            .vireo, "the deadline of a review in a sentence",
            """
            hold-by:
              Priority-1: 3d
              Priority-2: 3d
              others: none
            """),
        Understood(
            .vireo, "five whys",
            """
            - id: root-cause
              title: Root cause
              help: answer
              kind: five-whys
            """),
        Understood(
            .vireo, "links",
            """
            links:
              - id: dashboard
                title: Dashboard
                url: https://grafana.vireo.example/d/booking
              - id: runbooks
                title: Runbooks
                url: https://wiki.vireo.example/runbooks
              - id: status-page
                title: Status page
                url: https://status.vireo.example
            """),
        Understood(
            .vireo, "exercises",
            """
            drills:
              - id: quarterly-game-day
                title: Quarterly game day.
                kind: gameday
                every: quarterly
              - id: restore-test-of-the-booking-database
                title: Restore test of the booking database twice a year.
                kind: dr
                every: 182d
            """),
        Understood(
            .vireo, "the history",
            """
            history:
              - version: 0.9
                date: 2026-02-11
                author: Bookings squad
                changes: Escalation matrix
              - version: 0.8
                date: 2025-11-02
                author: R. Okafor
                changes: First text
            """),
    ])
    func `the procedure of Vireo is understood`(_ understood: Understood) throws { try understood.check() }
}

import Testing

/// What has to be understood of a handbook in running text: tables, sentences, lists without labels.
@Suite struct UnderstoodHarbourTests {
    @Test(arguments: [
        Understood(
            .harbour, "the home zone, where an abbreviation says another",
            """
            zone: Europe/Amsterdam
            """),
        Understood(
            .harbour, "a date in words",
            """
            updated: 2025-06-03
            """),
        Understood(
            .harbour, "office hours that are stated",
            """
            - id: business-hours
              hours:
                mon-fri: 08:30-17:30
            """),
        Understood(
            .harbour, "a table of severities with names and clocks",
            """
            - id: S1
              name: Blackout
              meaning: Most chargers or the whole app are unusable
              facets:
                ack: 5 min
                response: 10 min
                resolution: 2 hours
              examples:
                - Nobody can start a session
                - Payments lost
                - More than 30% of chargers offline
              clocks:
                ack: 5m
                respond: 10m
                resolve: 2h
            """),
        Understood(
            .harbour, "a severity of the table that counts in business time",
            """
            - id: S3
              name: Flicker
              meaning: Single chargers or a side feature
              facets:
                ack: 1 hour
                response: Next business day
                resolution: 5 business days
              examples:
                - Receipts late
                - Map icons wrong
              clocks:
                ack: 1h
                respond: next business day by close
                resolve: 5 business days by close
            """),
        Understood(
            .harbour, "from which severity on an incident is declared",
            """
            declare-at: S2
            """),
        Understood(
            .harbour, "the sentence about doubt",
            """
            when-in-doubt: higher
            """),
        Understood(
            .harbour, "the name of rooms",
            """
            room: "#outage-{date:compact}-{slug}"
            """),
        Understood(
            .harbour, "phases with letters",
            """
            - id: notice
              title: Notice
              states: [reported]
              box:
                from: declared
                max: 10m
              checklist:
                - Acknowledge the page
                - "Open the channel #outage-YYYYMMDD-short-name"
                - Say the level and why
                - text: "Ask: what do drivers see?"
                  kind: question
            """),
        Understood(
            .harbour, "a role with the severities that require it",
            """
            - id: ic
              title: Incident lead
              text: Required for S1 and S2. Must be trained as incident lead.
              duties:
                - Decides what is done next
                - Assigns people
                - May approve emergency deployments
                - Declares the end of the incident
              required: severity at least S2
              claimable: true
            """),
        Understood(
            .harbour, "a role that whoever is on duty has",
            """
            - id: duty-engineer
              title: Duty engineer
              duties:
                - Acknowledges every page within 15 minutes
                - Decides the level and opens the incident
                - Writes down what was tried
              eligible:
                text: whoever is on the charging rota.
              default: target(on-call)
              claimable: true
            """),
        Understood(
            .harbour, "a contact with person, telephone, chat and backup",
            """
            - id: platform-manager
              title: Platform manager
              kind: role
              contact: Ineke Vos, @ineke
              backup: target(head-of-engineering)
              phone: +31 20 555 0101
            """),
        Understood(
            .harbour, "a contact with a portal and a number that is missing",
            """
            - id: gridpay-payments
              title: GridPay (payments)
              kind: role
              contact: Support desk
              phone: unfilled
              portal: https://gridpay.example/support
            """),
        Understood(
            .harbour, "a table of times without progress",
            """
            ladder:
              from: last-progress
              until: progress
              levels:
                - to: target(on-call)
                - to: target(secondary)
                  after: 15m
                - to: target(platform-manager)
                  after: 15m
                - to: target(head-of-engineering)
                  after: 30m
            """),
        Understood(
            .harbour, "those who are told at once, with their conditions",
            """
            on-declare:
              - to: target(platform-manager)
                when: severity is S1
                after: immediately
                via: notify
              - to: target(customer-care)
                when: severity is S1
                after: immediately
                via: notify
              - to: target(legal)
                when: severity is S1 and type is security
                after: immediately
                via: notify
              - to: target(board-member-on-duty)
                when: severity is S1 and active for 2h
                after: immediately
                via: notify
            """),
        Understood(
            .harbour, "a sentence about silence",
            """
            ack-timeout:
              after: 10m
              from: alert-fired
              to: target(secondary)
            """),
        Understood(
            .harbour, "a table of updates with a column for each audience",
            """
            cadence:
              - id: customers
                title: "Updates: Drivers"
                audience: customers
                every:
                  S1: 30m
                  S2: 1h
                  S3: none
                  others: none
                while: active
                template: message-to-drivers
              - id: partners
                title: "Updates: Partners"
                audience: partners
                every:
                  S1: 1h
                  S2: 2h
                  S3: none
                  others: none
                while: active
                template: e-mail-to-partners
              - id: internal
                title: "Updates: Inside"
                audience: internal
                every:
                  S1: 15m
                  S2: 30m
                  S3: daily
                  others: none
                while: active
                template: internal-update
            """),
        Understood(
            .harbour, "a message with places to fill",
            """
            - id: internal-update
              title: Internal update
              audience: internal
              kind: chat
              asks:
                - id: what-we-know
                  title: Short summary
                  required: true
                - id: what-we-do-now
                  title: Current actions
                  required: true
              body: |
                {{severity.label}} {{service.name}} – {{status.label}}
                What we know: {{text.what-we-know}}
                What we do now: {{text.what-we-do-now}}
                Lead: {{role.ic}}
                Next update: {{next-update|time}}
            """),
        Understood(
            .harbour, "a quotation that is a message",
            """
            - id: message-to-drivers
              title: Message to drivers
              audience: customers
              kind: chat
              asks:
                - id: region
                  title: Region
                  required: true
                - id: what-fails
                  title: What fails
                  required: true
              body: |
                **Charging is disturbed in {{text.region}}**
                Since {{started|datetime}} some drivers cannot {{text.what-fails}}. We are working on it.
                Next news at {{next-update|time}}.
            """),
        Understood(
            .harbour, "a mail with its subject",
            """
            - id: e-mail-to-partners
              title: E-mail to partners
              audience: partners
              kind: email
              subject: Disturbance of the partner API – {{text.subject}}
              asks:
                - id: subject
                  title: Short title
                  required: true
                - id: percentage
                  title: Percentage
                  required: true
                - id: name-of-the-communications-lead
                  title: Name of the communications lead
                  required: true
              body: |
                Dear partner,
                since {{started|datetime}} the partner API answers with errors. About {{text.percentage}} of your requests are affected.
                We will write again at {{next-update|time}}.
                Kind regards,
                {{text.name-of-the-communications-lead}}
            """),
        Understood(
            .harbour, "mitigations in order, with commands",
            """
            mitigations:
              ordered: true
              options:
                - id: roll-back
                  title: Roll back
                  text: undo the last deployment
                  commands: [undo-the-last-deployment]
                - id: switch-off
                  title: Switch off
                  text: turn the feature flag off
                - id: fail-over
                  title: Fail over
                  text: move sessions to the standby region
                  commands: [move-sessions-to-the-standby-region]
            """),
        Understood(
            .harbour, "an observation for each of two severities",
            """
            windows:
              - id: observation
                title: "Observation: We watch for 24 hours after an S1"
                from: fix-deployed
                for: 24h
                when: severity is S1
              - id: observation-2
                title: "Observation: 4 hours after an S2."
                from: fix-deployed
                for: 4h
                when: severity is S2
            """),
        Understood(
            .harbour, "the review by sentences",
            """
            review:
              needed:
                S1: required
                S2: required
                S3: optional
                others: optional
              draft-by: 2 business days by close
              hold-by: 5 business days by close
              publish-by: 10 business days by close
              attendees:
                required:
                  - role(ic)
                  - role(duty-engineer)
                  - target(customer-care)
              minutes: 45
              agenda:
                - item: Timeline
                  minutes: 10
                - item: What surprised us?
                  minutes: 15
                - item: Actions
                  minutes: 20
            """),
        Understood(
            .harbour, "what is owed before the end",
            """
            closure:
              - Status page says resolved
              - Partners told
              - Actions have owners
              - Incident lead signs off
            """),
    ])
    func `the procedure of Harbour is understood`(_ understood: Understood) throws { try understood.check() }
}

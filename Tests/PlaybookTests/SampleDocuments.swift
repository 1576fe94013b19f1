import Playbooks

/// Documents of the tests.
enum SampleDocument {
    /// The smallest playbook that there is. Its last line is line 14.
    static let smallest = """
        playbook: small
        title: Small
        version: 1.0.0
        owner: Ops
        zone: UTC
        severities:
          - {id: SEV1, name: Critical, meaning: All is down}
          - {id: SEV2, name: Minor, meaning: Some of it is down}
        incident: {key: "INC-{seq:3}"}
        statuses:
          - {state: declared, label: Declared}
          - {state: resolved, label: Resolved}
        roles:
          - {id: ic, title: Incident Commander}

        """

    /// The smallest playbook and these lines; the first of them is line 15.
    static func smallest(and lines: String) -> String { smallest + lines + "\n" }

    static func read(_ text: String) -> PlaybookReading {
        Playbook.read(Array(text.utf8), zone: InstalledZones.find)
    }

    /// The playbook of a document that has no faults.
    static func playbook(_ text: String) throws -> Playbook {
        let reading = read(text)
        guard let playbook = reading.playbook, reading.faults.isEmpty else {
            throw Refused(faults: reading.faults.map(\.description))
        }
        return playbook
    }

    struct Refused: Error, CustomStringConvertible {
        let faults: [String]
        var description: String { faults.joined(separator: "\n") }
    }

    /// The keys that no built-in playbook needs, so that between them every key is read.
    static let rarer = """
        playbook: rare
        title: Rare keys
        version: "2"
        owner: Ops
        zone: Europe/Berlin
        default-calendar: office
        calendars:
          - id: office
            title: Office hours
            zone: America/New_York
            hours: {mon-thu: ["09:00-12:00", "13:00-18:00"], fri: "09:00-15:00"}
            holidays:
              - {date: 2026-12-25, name: Christmas Day}
              - {date: 2026-12-24, name: Christmas Eve, hours: "09:00-12:00"}
            occasions:
              - {id: weekly-review, when: weekly on wednesday at 10:00}
          - id: meetings
            occasions:
              - {id: monthly-review, when: monthly on first tuesday at 10:00}
        severities:
          - id: SEV1
            name: Critical
            meaning: All is down
            clocks: {ack: "immediately, within 5m", tell-regulator: 72h}
          - {id: SEV2, name: Minor, meaning: Some of it is down}
        clocks:
          - {id: ack, owner: on-call, rule: {others: 15m}}
          - id: tell-regulator
            from: detected
            until: done
            owner: legal
            pause: investigating
            roll: forward in office
            when: type is security
        types:
          - {id: security, title: Security, text: Somebody got in, restricted: true}
        fields:
          - {id: reach, title: Reach, kind: choice, choices: [all, some]}
          - {id: cause-known, title: Cause known, kind: yes-no, when: status is resolved}
        incident: {key: "INC-{date:compact}-{seq:3}", room: "#inc-{slug}"}
        statuses:
          - {state: declared, label: Declared, text: Somebody leads}
          - {state: investigating, label: Investigating, pauses: resolve}
          - {state: resolved, label: Resolved}
        phases:
          - id: look
            title: Look
            states: investigating
            text: |
              Look before you leap.
            enter:
              - {page: [on-call, lead]}
              - {page: on-call, when: type is security}
              - {notify: [lead, inside]}
              - {start: tell-regulator, when: type is security}
              - {room: true}
              - {bridge: true}
            checklist:
              - Look out of the window
              - text: Look at the graphs
                help: The ones on the wall
                command: "graph {{param.name}}"
                params: [{id: name, title: Which graph, default: "{{service.name}}"}]
            exit: [Something was seen]
        checklists:
          - {id: start, title: Start, on: declared, role: ic, items: [Breathe]}
        roles:
          - id: ic
            title: Incident Commander
            text: Leads
            default: on-call
            eligible: Whoever keeps calm
            tasks: [{text: Keep calm}]
        targets:
          - {id: on-call, title: On call, kind: schedule, authority: [known-fixes], text: Whoever it is}
          - {id: lead, title: Team lead, kind: role}
          - {id: legal, title: Legal, kind: team, todo: true}
        audiences:
          - {id: inside, title: Inside, text: Everybody here, channels: [room]}
        escalation:
          - id: climb
            text: The ladder
            ladder:
              levels:
                - {to: [on-call]}
                - {to: lead, after: 15m, mode: add, within: office, note: Be kind, authority: [vendor-escalation]}
          - id: table
            matrix:
              rows:
                - to: [lead, inside]
                  SEV1: 15m
                  SEV2: next business day by open
                  when: reach is all
                  via: notify
                  mode: replace
                  within: office
                  note: As in the table
                  authority: [architecture]
          - id: steps
            windows:
              rows:
                - severity: [SEV1, SEV2]
                  when: reach is all
                  at:
                    0m: [on-call]
                    30m: {to: lead, via: notify, mode: replace, within: office, note: Half an hour, authority: [spend]}
                    1h: Go on
          - id: one
            single:
              rows:
                - severity: [SEV1]
                  to: [on-call, lead]
                  after: immediately
                  when: reach is all
                  via: page
                  mode: replace
                  within: office
                  note: Once
                  authority: [spend]
                - {severity: SEV2, none: true}
          - id: slow
            ack-timeout:
              after: 15m
              to: [lead]
              when: severity is SEV1
              via: page
              mode: add
              within: office
              note: Nobody answered
              authority: [spend]
          - id: who
            levels:
              rows:
                - to: [lead]
                  at: 30m
                  title: Level 2
                  when: reach is all
                  via: notify
                  mode: replace
                  within: office
                  note: Now you
                  authority: [spend]
          - {id: hand, manual: {to: [lead], note: required}}
          - {id: hand-of-one, manual: {to: lead}}
        cadence:
          - {id: inside, audience: inside, every: 15m, while: [declared, active], after: [{from: 2h, every: 1h}]}
        templates:
          - id: news
            title: News
            asks: [{id: what, title: What is new, help: In a word}]
            body: "{{text.what}}"
        communications:
          - {id: tell, on: declared, to: [inside, lead], via: [chat, email], template: news}
        status-page: {owner: ic}
        mitigations:
          options:
            - {id: restart, title: Restart, when: reach is all, commands: restart}
        strategies:
          - {id: patch, title: Patch, text: When it is small, steps: [Write it]}
        records:
          - {id: note, title: Note, when: reach is all}
        verification:
          series:
            - {id: again, title: Again, at: [5m, 15m], text: Look again, when: reach is all}
          windows:
            - id: night
              title: Night
              from: resolved
              for: {SEV1: 24h, others: 1h}
              text: Watch the graphs
              tasks: [{text: Watch}]
          regression: [Nothing is slower]
        closure: [All is told]
        review:
          needed: required
          owner: ic
          draft-by: {SEV1: 1d, others: none}
          complete-by: {SEV1: 3 business days by close, others: none}
          publish-by: {SEV1: 7 calendar days, others: unspecified}
          attendees: {optional: [{text: Whoever wants}]}
        actions:
          categories: [{id: repair, title: Repair, text: So that it does not come back}]
        follow-up:
          - {id: thanks, title: Thanks, by: {SEV1: 1d, SEV2: none}, text: Say thanks, tasks: [{text: Say it}]}
        metrics:
          - {id: time, title: Time, from: detected, to: resolved, text: How long, target: {SEV1: 1h, others: none}}
          - {id: answer, title: Answer, from: alert-fired, to: acknowledged, target: 5m}
        signoffs:
          - {id: done, title: Done, subject: resolve, roles: [ic], text: That it is over}
        scenarios:
          - id: full-disk
            title: Full disk
            text: It happens
            steps:
              - Listen
              - {text: Look, role: ic, when: At once, link: /graphs}
            resolution: [Delete something]
            branches:
              - {if: It is full, then: Empty it, command: "rm {{param.file}}", risk: destructive, params: [{id: file, title: File}]}
            causes:
              - {cause: Logs, command: "ls {{param.folder}}", risk: read, params: [{id: folder, title: Folder}]}
        reference:
          links: [{id: wiki, title: Wiki, url: "https://wiki.example.com/{{incident.key}}", purpose: Everything}]
          tools: [{id: term, title: Terminal, command: "ssh {{param.host}}", risk: change, params: [{id: host, title: Host}], todo: true}]
          commands: [{id: restart, title: Restart, command: restart, text: Takes a minute, todo: true}]
          documents: [{id: plan, title: Plan, purpose: The plan}]
        detection: {automated: [{text: An alert fires}], manual: [{text: Somebody calls}]}
        training: [{id: first, title: First day, kind: onboarding, items: [{text: Read this}]}]
        on-call: {readiness: [{text: A telephone}], duties: {primary: [Answer], secondary: [Wait]}}
        """
}

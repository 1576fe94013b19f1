import Playbooks
import Testing

/// The rules of lint, one by one.
@Suite struct LintRuleTests {
    /// The smallest playbook with some of its lines changed and some added, from line 15 on.
    struct Document: CustomTestStringConvertible {
        let name: String
        var changes: [(String, String)] = []
        var lines = ""
        /// As `line:column code: sentence`.
        let findings: [String]

        var text: String {
            changes.reduce(SampleDocument.smallest) { text, change in text.replacing(change.0, with: change.1) } + lines
        }

        var testDescription: String { name }

        static func severities(_ lines: String) -> (String, String) {
            (
                """
                  - {id: SEV1, name: Critical, meaning: All is down}
                  - {id: SEV2, name: Minor, meaning: Some of it is down}
                """, lines
            )
        }
    }

    static func check(_ document: Document, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let playbook = try SampleDocument.playbook(document.text)
        let findings = PlaybookLint.findings(of: playbook, text: Array(document.text.utf8))
        #expect(
            findings.map { "\($0.line):\($0.column) \($0.code.rawValue): \($0.sentence)" } == document.findings,
            sourceLocation: sourceLocation)
        // Without the document the places are those of the elements, and everything else is the same.
        let blind = PlaybookLint.findings(of: playbook)
        #expect(blind.map(\.sentence).sorted() == findings.map(\.sentence).sorted(), sourceLocation: sourceLocation)
    }

    @Test func `a small playbook that says what it must gives no findings`() throws {
        try Self.check(Document(name: "smallest", findings: []))
    }

    static let criteria: [Document] = [
        Document(
            name: "bands that meet, and thresholds, are fine",
            changes: [
                Document.severities(
                    """
                      - id: SEV1
                        name: Critical
                        meaning: All is down
                        criteria:
                          - {when: error-rate > 10%, because: Much}
                          - {when: users > 1000, because: Many}
                      - id: SEV2
                        name: Minor
                        meaning: Some of it is down
                        criteria:
                          - {when: error-rate >= 1% and error-rate <= 10%, because: Some}
                          - {when: users > 10, because: Some}
                    """)
            ],
            lines: """
                fields:
                  - {id: error-rate, title: Error rate, kind: percent}
                  - {id: users, title: Users, kind: number}
                """, findings: []),
        Document(
            name: "bands with a gap between them",
            changes: [
                Document.severities(
                    """
                      - id: SEV1
                        name: Critical
                        meaning: All is down
                        criteria:
                          - {when: error-rate > 50%, because: Much}
                      - id: SEV2
                        name: Minor
                        meaning: Some of it is down
                        criteria:
                          - {when: error-rate >= 10% and error-rate < 40.5%, because: Some}
                    """)
            ], lines: "fields: [{id: error-rate, title: Error rate, kind: percent}]\n",
            findings: [
                #"16:16 criteria-gap: error-rate of at least 40.5% and at most 50% suggests neither "#
                    + #"SEV2 nor SEV1 (line 11): let the one end where the other begins"#
            ]),
        Document(
            name: "bands that overlap",
            changes: [
                Document.severities(
                    """
                      - id: SEV1
                        name: Critical
                        meaning: All is down
                        criteria:
                          - {when: error-rate >= 50%, because: Much}
                      - id: SEV2
                        name: Minor
                        meaning: Some of it is down
                        criteria:
                          - when: error-rate >= 10% and error-rate <= 50%
                            because: Some
                    """)
            ], lines: "fields: [{id: error-rate, title: Error rate, kind: percent}]\n",
            findings: [
                #"16:15 criteria-overlap: error-rate of exactly 50% suggests SEV1 (line 11) and SEV2 "#
                    + #"at once: let the one end where the other begins"#
            ]),
        Document(
            name: "a milder severity with the higher threshold",
            changes: [
                Document.severities(
                    """
                      - {id: SEV1, name: A, meaning: A, criteria: [{when: users > 10, because: A}]}
                      - {id: SEV2, name: B, meaning: B, criteria: [{when: users > 1000, because: B}]}
                    """)
            ], lines: "fields: [{id: users, title: Users, kind: number}]\n",
            findings: [
                #"8:55 criteria-overlap: users of more than 1000 suggests SEV1 (line 7) and SEV2 at "#
                    + #"once: let the one end where the other begins"#
            ]),
        Document(
            name: "counted things have nothing between two numbers, and the worst band ends",
            changes: [
                Document.severities(
                    """
                      - {id: SEV1, name: A, meaning: A, criteria: [{when: users >= 2 and users < 9, because: A}]}
                      - {id: SEV2, name: B, meaning: B, criteria: [{when: users <= 1, because: B}]}
                    """)
            ], lines: "fields: [{id: users, title: Users, kind: number}]\n",
            findings: [
                #"7:55 criteria-gap: users of at least 9 suggests nothing, though SEV1 is the worst "#
                    + #"that it can suggest: leave that end open"#
            ]),
        Document(
            name: "a severity that nothing suggests, and a word of two",
            changes: [
                Document.severities(
                    """
                      - id: SEV1
                        name: Critical
                        meaning: All is down
                        words: [page, major]
                        criteria: [{when: down, because: Down}]
                      - {id: SEV2, name: Minor, meaning: Some of it is down, words: [minor, Major]}
                    """)
            ], lines: "fields: [{id: down, title: Down, kind: yes-no}]\n",
            findings: [
                #"12:5 severity-without-criteria: nothing suggests SEV2, while SEV1 has criteria: say "#
                    + #"what makes it SEV2"#,
                #"12:73 ambiguous-word: "Major" is a word for SEV1 (line 7) and for SEV2: a source "#
                    + #"that says it means one of them, so leave it to that one"#,
            ]),
        Document(
            name: "a matrix suggests too",
            changes: [
                Document.severities(
                    """
                      - {id: SEV1, name: A, meaning: A, criteria: [{when: down is all, because: A}]}
                      - {id: SEV2, name: B, meaning: B}
                    """)
            ],
            lines: """
                fields:
                  - {id: down, title: Down, kind: choice, choices: [all, some]}
                  - {id: haste, title: Haste, kind: choice, choices: [much]}
                severity-matrix:
                  rows: {field: down, values: [all, some]}
                  columns: {field: haste, values: [much]}
                  cells: [[SEV1], [SEV2]]
                """, findings: []),
    ]

    @Test(arguments: criteria)
    func `criteria suggest every severity, and one at a time`(_ document: Document) throws { try Self.check(document) }

    static let rungs: [Document] = [
        Document(
            name: "conditions that cannot hold for the severity",
            lines: """
                fields: [{id: reach, title: Reach, kind: choice, choices: [all, some]}]
                targets:
                  - {id: a, title: A, kind: role}
                  - {id: b, title: B, kind: role}
                escalation:
                  - id: table
                    when: severity is SEV1
                    matrix:
                      rows:
                        - {to: a, SEV1: immediately, SEV2: 15m}
                        - {to: b, SEV1: 15m, when: reach is all and reach is some}
                """,
            findings: [
                #"24:44 unreachable-rung: this rung is never reached: "severity is SEV1" cannot hold "#
                    + #"for SEV2, so mend the condition or take the rung out"#,
                #"25:25 unreachable-rung: this rung is never reached: "severity is SEV1 and reach is "#
                    + #"all and reach is some" cannot hold for SEV1, so mend the condition or take the rung "#
                    + #"out"#,
            ]),
        Document(
            name: "behind a rung that is never due",
            lines: """
                targets:
                  - {id: a, title: A, kind: role}
                  - {id: b, title: B, kind: role}
                escalation:
                  - id: climb
                    ladder:
                      levels:
                        - {to: a}
                        - {to: b, after: none}
                        - {to: a, after: 15m}
                """,
            findings: [
                #"24:11 unreachable-rung: this rung is never reached: the one before it (line 23) "#
                    + #"says "none", so give that one a time or take it out"#
            ]),
        Document(
            name: "a later rung that is due earlier",
            lines: """
                targets:
                  - {id: a, title: A, kind: role}
                  - {id: b, title: B, kind: role}
                calendars: [{id: office, hours: {mon-fri: "09:00-17:00"}}]
                escalation:
                  - id: table
                    matrix:
                      rows:
                        - {to: a, SEV1: 30m, SEV2: 3 business days by open}
                        - {to: b, SEV1: 15m, SEV2: next business day by close}
                  - id: steps
                    windows:
                      rows:
                        - {severity: SEV1, at: {1h: [a], 30m: Wait}}
                """,
            findings: [
                #"24:25 rung-order: for SEV1 this rung (15m) is due before the one above it (line 23, "#
                    + #"30m): put them in the order in which they are called, or mend the times"#,
                #"24:36 rung-order: for SEV2 this rung (next business day by close) is due before the "#
                    + #"one above it (line 23, 3 business days by open): put them in the order in which "#
                    + #"they are called, or mend the times"#,
                #"28:37 plan-disagreement: "table" and "steps" do not agree for SEV1: a 30m (line 23) "#
                    + #"or 1h (line 28): the earlier call counts; make them alike, or say "merge: "#
                    + #"this-wins" in the one that decides"#,
                #"28:47 rung-order: for SEV1 this rung (30m) is due before the one above it (line 28, "#
                    + #"1h): put them in the order in which they are called, or mend the times"#,
            ]),
        Document(
            name: "two plans that call the same one at different times",
            lines: """
                targets: [{id: a, title: A, kind: role}, {id: b, title: B, kind: role}]
                escalation:
                  - id: one
                    windows:
                      rows:
                        - {severity: SEV1, at: {0m: [a], 15m: [b]}}
                        - {severity: SEV2, at: {0m: {to: [a], via: notify}, 30m: [b]}}
                  - id: two
                    levels:
                      rows:
                        - {to: a, at: 0m}
                        - {to: b, at: 30m}
                """,
            findings: [
                #"26:11 plan-disagreement: "one" and "two" do not agree for SEV1: b 15m (line 20) or "#
                    + #"30m (line 26): the earlier call counts; make them alike, or say "merge: this-wins" "#
                    + #"in the one that decides"#
            ]),
        Document(
            name: "what waits for an acknowledgement or hangs on a condition is another case",
            lines: """
                fields: [{id: outside, title: Outside, kind: yes-no}]
                targets: [{id: a, title: A, kind: role}]
                escalation:
                  - id: one
                    on-declare: [{to: a, after: 1h}]
                  - id: two
                    ack-timeout: {to: a, after: 5m}
                  - id: three
                    on-declare: [{to: a, after: 5m, when: outside}]
                """, findings: []),
        Document(
            name: "a general rule beside a row that says otherwise",
            changes: [
                ("{id: ic, title: Incident Commander}", "{id: ic, title: IC, tasks: [Escalate within 30 minutes]}")
            ],
            lines: """
                targets: [{id: a, title: A, kind: role}]
                escalation:
                  - id: steps
                    windows:
                      rows:
                        - {severity: SEV1, at: {0m: [a], 30m: [a]}}
                        - {severity: SEV2, at: {0m: [a], 30m: Go on, 1h: [a]}}
                """,
            findings: [
                #"14:33 overridden-rule: "Escalate within 30 minutes" is the general rule, and "Go "#
                    + #"on" for SEV2 (line 21) has precedence over it: say so here, or call somebody there"#
            ]),
    ]

    @Test(arguments: rungs)
    func `rungs can be reached, in order, and plans agree`(_ document: Document) throws { try Self.check(document) }

    static let people: [Document] = [
        Document(
            name: "roles that nobody can hold",
            changes: [
                (
                    "  - {id: ic, title: Incident Commander}\n",
                    """
                      - {id: ic, title: IC, authority: [assign], default: role(deputy)}
                      - {id: deputy, title: Deputy, default: role(ic)}
                      - {id: scribe, title: Scribe, required: always}
                      - {id: lead, title: Lead, claimable: true}

                    """
                )
            ],
            findings: [
                #"14:5 unholdable-role: nobody can hold the role "ic": it falls to whoever holds "#
                    + #""deputy", which nobody can, so give it a default, or make it claimable"#,
                #"15:5 unholdable-role: nobody can hold the role "deputy": it falls to whoever holds "#
                    + #""ic", which nobody can, so give it a default, or make it claimable"#,
                #"16:5 unholdable-role: nobody can hold the role "scribe": it has no default, nobody "#
                    + #"may take it, and nobody who may assign roles can come into office before, so give "#
                    + #"it a default, or make it claimable"#,
            ]),
        Document(
            name: "a role that falls to nobody",
            changes: [
                (
                    "  - {id: ic, title: Incident Commander}\n",
                    """
                      - {id: ic, title: IC, claimable: true}
                      - {id: lead, title: Lead, required: severity is SEV1}
                      - {id: comms, title: Comms, required: always, eligible: Somebody who writes}
                      - {id: scribe, title: Scribe}

                    """
                )
            ],
            findings: [
                #"15:5 unfilled-role: the role "lead" is required for SEV1 and falls to nobody: give "#
                    + #"it a default, say who is eligible, or make it claimable"#,
                #"17:5 unused-definition: the role "scribe" is used nowhere: make it claimable or "#
                    + #"required, or take it out"#,
            ]),
        Document(
            name: "what is defined and never used",
            lines: """
                targets:
                  - {id: a, title: A, kind: role}
                  - {id: b, title: B, kind: vendor, when: The cloud is down}
                  - {id: c, title: C, kind: role, backup: d}
                  - {id: d, title: D, kind: role}
                audiences:
                  - {id: inside, title: Inside}
                  - {id: outside, title: Outside}
                templates:
                  - {id: news, title: News, audience: inside, body: News}
                """,
            findings: [
                #"16:5 unused-definition: the target "a" is used nowhere: call or tell them "#
                    + #"somewhere, say `when` to turn to them, or take it out"#,
                #"18:5 unused-definition: the target "c" is used nowhere: call or tell them "#
                    + #"somewhere, say `when` to turn to them, or take it out"#,
                #"22:5 unused-definition: the audience "outside" is used nowhere: tell it something, or take it out"#,
                #"24:5 unused-definition: the template "news" is used nowhere: send it somewhere, or take it out"#,
            ]),
        Document(
            name: "by hand, everybody can be called",
            lines: """
                targets: [{id: a, title: A, kind: role}]
                escalation: [{id: hand, manual: {note: required}}]
                """, findings: []),
    ]

    @Test(arguments: people)
    func `roles can be held, and what is defined is used`(_ document: Document) throws { try Self.check(document) }

    static let times: [Document] = [
        Document(
            name: "clocks without a bound, without a time, without a word",
            changes: [
                Document.severities(
                    """
                      - id: SEV1
                        name: Critical
                        meaning: All is down
                        clocks: {ack: immediately, respond: unspecified, resolve: 1h..4h}
                      - {id: SEV2, name: Minor, meaning: Some of it is down, clocks: {ack: none}}
                    """)
            ],
            lines: """
                clocks:
                  - {id: resolve, rule: {SEV1: 4h, others: unspecified}}
                audiences: [{id: inside, title: Inside}]
                cadence:
                  - {id: inside, audience: inside, every: {SEV1: 15m}}
                """,
            findings: [
                #"10:19 unbounded-immediately: "immediately" of the clock "ack" of SEV1 is never "#
                    + #"late: say within what time, as in "immediately, within 15m""#,
                #"10:41 unspecified-rule: nobody has said by when for the clock "respond" of SEV1: "#
                    + #"give a time, or say "none" if nothing is owed"#,
                #"11:66 missing-clock: SEV2 says nothing of the clock "respond", while SEV1 does: "#
                    + #"give it a time, or say "none""#,
                #"19:44 unspecified-rule: nobody has said by when for the clock "resolve" for others: "#
                    + #"give a time, or say "none" if nothing is owed"#,
                #"22:43 missing-severity: the cadence "inside" says nothing for SEV2: give a value, "#
                    + #"or say "others: none""#,
            ]),
        Document(
            name: "a text that promises what the cadence does not",
            lines: """
                audiences: [{id: inside, title: Inside}, {id: outside, title: Outside}]
                cadence:
                  - {id: inside, audience: inside, every: {SEV1: 15m, SEV2: 30m}, template: news}
                templates:
                  - id: news
                    title: News
                    audience: inside
                    body: |
                      It is known.
                      You hear of us every 30 minutes.
                  - {id: calm, title: Calm, audience: inside, when: severity is SEV2, body: Every 15-30 min we tell}
                  - {id: fine, title: Fine, audience: inside, body: "Every {{cadence.inside}} we tell"}
                  - {id: loud, title: Loud, audience: outside, body: We tell you every hour}
                communications:
                  - {id: a, on: declared, to: outside, template: loud}
                  - {id: b, on: declared, to: inside, template: calm}
                  - {id: c, on: declared, to: inside, template: fine}
                """,
            findings: [
                #"24:22 broken-promise: "every 30 minutes" is promised, while the cadence "inside" "#
                    + #"(line 17) says every 15m for SEV1: write {{cadence.inside}}, which follows the rule"#,
                #"27:66 broken-promise: "every hour" is promised to "outside", and no cadence keeps "#
                    + #"it: add one, or promise nothing"#,
            ]),
        Document(
            name: "a description that says how often",
            changes: [
                Document.severities(
                    """
                      - {id: SEV1, name: A, meaning: A, facets: {communication: Every 15 minutes until resolved}}
                      - {id: SEV2, name: B, meaning: B, facets: {communication: Every 2 hours}}
                    """)
            ],
            lines: """
                audiences: [{id: inside, title: Inside}]
                cadence:
                  - {id: inside, audience: inside, every: {SEV1: 15m, SEV2: 1h}}
                """,
            findings: [
                #"8:61 broken-promise: "Every 2 hours" is said of SEV2, and no cadence says so: give "#
                    + #"one that interval, or mend the description"#
            ]),
        Document(
            name: "a review that cannot be done in this order",
            lines: """
                calendars: [{id: office, hours: {mon-fri: "09:00-17:00"}}]
                review:
                  needed: required
                  draft-by: {SEV1: 5 business days by close, SEV2: 24h}
                  schedule-by: 24h
                  hold-by: {SEV1: 3 business days by close, SEV2: 1d..7d}
                  publish-by: 6 calendar days
                  minutes: 60
                  agenda: [{item: What, minutes: 30}, {item: Why, minutes: 20}]
                """,
            findings: [
                #"18:20 deadline-order: "draft-by" (5 business days by close) comes after "hold-by" "#
                    + #"(3 business days by close) for SEV1: make it the earlier one"#,
                #"20:51 deadline-order: "hold-by" (1d..1w) comes after "publish-by" (6 calendar days) "#
                    + #"for SEV2: make it the earlier one"#,
                #"22:12 agenda-sum: the agenda of the review takes 50 minutes of 60: give its items "#
                    + #"as many as the meeting has"#,
            ]),
        Document(
            name: "a window that is spoken of under another condition",
            lines: """
                verification:
                  windows:
                    - {id: night, title: A quiet night, from: resolved, for: 12h, when: severity is SEV1}
                follow-up:
                  - {id: later, title: Later, by: 1d, tasks: [Watch it for 12 hours, Have lunch]}
                closure:
                  - {text: A quiet night, when: severity is SEV1}
                """,
            findings: [
                #"19:47 window-said-twice: "Watch it for 12 hours" stands here for every severity, "#
                    + #"and as the observation window "night" (line 17) for SEV1: say it once, or give both "#
                    + #"the same condition"#
            ]),
    ]

    @Test(arguments: times)
    func `times are given, and said alike wherever they are said`(_ document: Document) throws {
        try Self.check(document)
    }

    static let names: [Document] = [
        Document(
            name: "slots",
            lines: """
                targets:
                  - {id: a, title: A, kind: vendor, when: Now, phone: unfilled, portal: "https://example.com/..."}
                reference:
                  documents:
                    - {id: plan, title: Plan, path: docs/plan.md, todo: true}
                    - {id: list, title: List, path: unfilled}
                  tools:
                    - {id: apm, title: APM, status: unfilled}
                    - {id: todo-app, title: Our list, url: "https://todo.example.com"}
                    - {id: wiki, title: Wiki, url: "/TODO"}
                """,
            findings: [
                #"16:55 unfilled-slot: "phone" and "portal" of the target "a" are not filled in: "#
                    + #"write what belongs there, or leave it out"#,
                #"19:7 unfilled-slot: the document "plan" is marked as not finished: finish it, or take it out"#,
                #"20:37 unfilled-slot: "path" of the document "list" is not filled in: write what "#
                    + #"belongs there, or leave it out"#,
                #"22:7 unfilled-slot: the tool "apm" is marked as not finished: finish it, or take it out"#,
                #"24:36 unfilled-slot: "url" of the tool "wiki" is not filled in: write what belongs "#
                    + #"there, or leave it out"#,
            ]),
        Document(
            name: "rooms of one day, and keys alike",
            changes: [("{key: \"INC-{seq:3}\"}", "{key: \"INC-{seq:3}\", room: \"#inc-{date}\"}")],
            lines: "actions: {key: \"INC-{seq:4}\"}\n",
            findings: [
                ##"9:38 naming-collision: two incidents of one day get the same room "#inc-{date}": "##
                    + #"add {slug} or {key}"#,
                #"15:16 naming-collision: "INC-{seq:4}" makes the same keys for action items as "#
                    + #""INC-{seq:3}" (line 9) does for incidents: let them begin differently"#,
            ]),
        Document(
            name: "rooms of one title",
            changes: [("{key: \"INC-{seq:3}\"}", "{key: \"INC-{seq:3}\", room: \"#inc-{slug}\"}")],
            findings: [
                ##"9:38 naming-collision: two incidents of one title get the same room "#inc-{slug}": "##
                    + #"add {date} or {key}"#
            ]),
        Document(
            name: "one room for all, or one a title and day, is a decision",
            changes: [("{key: \"INC-{seq:3}\"}", "{key: \"INC-{seq:3}\", room: \"#inc-{date}-{slug}\"}")],
            lines: "actions: {key: \"ACTION-{seq:3}\"}\n", findings: []),
        Document(
            name: "conditions that contradict themselves",
            lines: """
                fields:
                  - {id: loss, title: Loss, kind: percent}
                  - {id: outside, title: Outside, kind: yes-no}
                types: [{id: security, title: Security}, {id: outage, title: Outage}]
                phases:
                  - id: look
                    title: Look
                    states: declared
                    when: type is security
                    checklist:
                      - {text: Never, when: type is outage}
                      - {text: Sometimes, when: severity is SEV1 or loss > 1%}
                checklists:
                  - {id: odd, title: Odd, on: declared, when: outside and not (outside), items: [Look]}
                  - {id: even, title: Even, on: declared, when: loss > 10% and loss < 5%, items: [Look]}
                """,
            findings: [
                #"25:29 impossible-condition: "Never" never comes to be: "type is security and type "#
                    + #"is outage" cannot hold for any severity, so mend the condition or take it out"#,
                #"28:47 impossible-condition: the checklist "odd" never comes to be: "outside and not "#
                    + #"outside" cannot hold for any severity, so mend the condition or take it out"#,
                #"29:49 impossible-condition: the checklist "even" never comes to be: "loss > 10% and "#
                    + #"loss < 5%" cannot hold for any severity, so mend the condition or take it out"#,
            ]),
    ]

    @Test(arguments: names)
    func `slots are filled, names differ, conditions can hold`(_ document: Document) throws { try Self.check(document) }
}

import Playbooks
import Testing

/// What is wrong with a document that is YAML and no playbook: the place, the code, and a sentence that says what to do.
@Suite struct PlaybookFaultTests {
    struct Bad: Sendable, CustomTestStringConvertible {
        /// Behind the smallest playbook; the first line is line 15.
        let lines: String
        let faults: [String]

        init(_ lines: String, _ faults: String...) {
            self.lines = lines
            self.faults = faults
        }

        var testDescription: String { lines.debugDescription }
    }

    private func check(_ bad: Bad) {
        let reading = SampleDocument.read(SampleDocument.smallest(and: bad.lines))
        #expect(reading.faults.map(\.description) == bad.faults)
        #expect(reading.playbook == nil)
    }

    // MARK: Shapes

    @Test(arguments: [
        Bad("summery: x", "15:1: error: a playbook has no key \"summery\": did you mean \"summary\"? [unknown-key]"),
        Bad("summary:", "15:9: error: \"summary\" has no value: write one, or delete the line [missing-value]"),
        Bad("summary: \"\"", "15:10: error: \"summary\" has no value: write one, or delete the line [missing-value]"),
        Bad("summary: [a, b]", "15:10: error: \"summary\" is a text, not a list [wrong-kind]"),
        Bad("phases: {id: a}", "15:9: error: \"phases\" is a list, not a map [wrong-kind]"),
        Bad("review: weekly", "15:9: error: \"review\" is a map, not a text [wrong-kind]"),
        Bad("closure: [[a]]", "15:11: error: an element of \"closure\" is a text or a map, not a list [wrong-kind]"),
        Bad(
            "audiences:\n  - {id: in, titel: Inside}",
            "16:5: error: an audience needs \"title\": what people call it [missing-key]",
            "16:14: error: an audience has no key \"titel\": did you mean \"title\"? [unknown-key]"),
        Bad(
            "advisories:\n  - {id: a, text: b, whenever: c}",
            "16:22: error: an advisory has no key \"whenever\": it has id, text, on, lint [unknown-key]"),
        Bad(
            "escalation:\n  - {id: a, title: b}",
            "16:5: error: an escalation plan needs one of ladder, matrix, windows, single, on-declare, ack-timeout, levels, manual [missing-key]"
        ),
        Bad(
            "phases:\n  - id: a\n    title: A\n    states: declared\n    enter:\n      - {room: true, bridge: true}",
            "20:22: error: an action has \"room\" or \"bridge\", not both: make it two [conflicting-keys]"),
        Bad(
            "closure:\n  - {text: a, kind: event}", "16:21: error: an item of kind event needs \"event\" [missing-key]"),
        Bad(
            "metrics:\n  - {id: a, title: A, to: resolved}",
            "16:5: error: a figure of kind duration needs \"from\" [missing-key]"),
        Bad(
            "fields:\n  - {id: a, title: A, kind: choice}",
            "16:29: error: a field of kind choice needs \"choices\" [missing-key]"),
        Bad(
            "clocks:\n  - {id: mine, until: done}",
            "16:5: error: a clock needs \"from\": only ack, respond, first-update, mitigate and resolve have one by default [missing-key]"
        ),
        Bad(
            "integrations:\n  - {id: a, kind: pagers, title: A}",
            "16:19: error: \"kind\" is pager, chat, ticket, status, docs, apm or logs, not \"pagers\": did you mean \"pager\"? [bad-value]"
        ),
        Bad("when-in-doubt: panic", "15:16: error: \"when-in-doubt\" is higher or ask, not \"panic\" [bad-value]"),
        Bad("status-page: {eta: yes}", "15:20: error: \"eta\" is true or false, not \"yes\" [bad-value]"),
        Bad(
            "review: {needed: required, minutes: an hour}",
            "15:37: error: \"minutes\" is a whole number from 1 to 1440, not \"an hour\" [bad-value]"),
    ]) func `a key or a value in the wrong place is told with what belongs there`(_ bad: Bad) { check(bad) }

    @Test func `a document that lacks everything says each thing that is missing`() {
        #expect(
            SampleDocument.read("title: x\n").faults.map(\.description) == [
                "1:1: error: a playbook needs \"playbook\": its id, by which incidents and services call it [missing-key]",
                "1:1: error: a playbook needs \"version\": its version; incidents keep the one with which they were declared [missing-key]",
                "1:1: error: a playbook needs \"owner\": the team that answers for it [missing-key]",
                "1:1: error: a playbook needs \"zone\": the home zone [missing-key]",
                "1:1: error: a playbook needs \"severities\": the ladder, worst first [missing-key]",
                "1:1: error: a playbook needs \"incident\": how incidents are named [missing-key]",
                "1:1: error: a playbook needs \"statuses\": the team's words for the states [missing-key]",
                "1:1: error: a playbook needs \"roles\": the parts that people take; the first leads [missing-key]",
            ])
        #expect(
            SampleDocument.read("- a\n").faults.map(\.description)
                == ["1:1: error: a playbook is a map that begins with \"playbook:\", not a list [wrong-kind]"])
    }

    // MARK: Names

    @Test(arguments: [
        Bad(
            "declare-at: SEV3",
            "15:13: error: there is no severity \"SEV3\": did you mean \"SEV1\"? [unknown-reference]"),
        Bad(
            "audiences:\n  - {id: in, title: A}\n  - {id: in, title: B}",
            "17:10: error: the name \"in\" is already given in line 16: choose another id [duplicate-id]"),
        Bad(
            "audiences:\n  - {id: in, title: A}\ntargets:\n  - {id: in, title: B, kind: team}",
            "16:10: error: the name \"in\" is already given in line 18: choose another id [duplicate-id]"),
        Bad(
            "closure:\n  - {id: a, text: A}\n  - {id: a, text: B}",
            "17:10: error: the item \"a\" is already in line 16 of this list [duplicate-id]"),
        Bad(
            "audiences: [{id: in side, title: A}]",
            "15:18: error: an id is made of letters, digits, -, _ and ., and begins with a letter or a digit; \"in side\" does not [bad-value]"
        ),
        Bad(
            "fields: [{id: status, title: A}]",
            "15:15: error: \"status\" is a word of conditions and cannot name a field: choose another id [bad-value]"),
        Bad(
            "communications: [{id: a, on: phase(look), to: ic}]",
            "15:36: error: there is no phase \"look\": none is defined [unknown-reference]"),
        Bad(
            "communications: [{id: a, on: \"phase(look\", to: ic}]",
            "15:30: error: \"on\": write phase(PHASE), with the closing parenthesis at the end [bad-value]"),
        Bad(
            "communications: [{id: a, on: phase, to: ic}]",
            "15:30: error: \"on\": write phase(PHASE) with a name in the parentheses [bad-value]"),
        Bad(
            "communications: [{id: a, on: declared(x), to: ic}]",
            "15:30: error: \"on\": \"declared\" stands alone, without parentheses [bad-value]"),
        Bad(
            "communications: [{id: a, on: declare, to: ic}]",
            "15:30: error: \"on\": there is no moment \"declare\": did you mean \"declared\"? [bad-value]"),
        Bad(
            "communications: [{id: a, on: declared, to: [ic, boss]}]",
            "15:49: error: there is no target, audience or role \"boss\": there is ic [unknown-reference]"),
        Bad(
            "communications: [{id: a, on: declared, to: target(ic)}]",
            "15:51: error: there is no target \"ic\": none is defined [unknown-reference]"),
        Bad(
            "review: {needed: {SEV1: required, SEV9: skip}}",
            "15:35: error: there is no severity \"SEV9\": did you mean \"SEV1\"? [unknown-reference]"),
        Bad(
            "escalation:\n  - id: a\n    matrix: {rows: [{to: ic, SEV1: 1h, SEVEN: 2h}]}",
            "17:40: error: a row of a matrix has no key \"SEVEN\": it has to, when, via, mode, within, note, authority, SEV1, SEV2 [unknown-key]"
        ),
    ]) func `a name that nothing has, or that two have, is told with those that there are`(_ bad: Bad) { check(bad) }

    // MARK: Notations

    @Test(arguments: [
        Bad(
            "updated: 2024-02-30",
            "15:10: error: \"updated\" is a date as YYYY-MM-DD: the day must be 1 to 29 in February 2024, not 30 [bad-value]"
        ),
        Bad(
            "follow-up: [{id: a, title: A, by: 3 days}]",
            "15:37: error: \"3 days\" can mean three things: write 3d for 72 hours, \"3 calendar days\" or \"3 business days\" [bad-rule]"
        ),
        Bad(
            "follow-up: [{id: a, title: A, by: next day}]",
            "15:40: error: \"next day\" can mean two things: write \"1 calendar day\" or \"next business day\" [bad-rule]"
        ),
        Bad(
            "follow-up: [{id: a, title: A, by: 4 business hours}]",
            "15:51: error: no calendar is named and none is the standard: write \"in\" and one of (there are none) [bad-rule]"
        ),
        Bad(
            "audiences: [{id: in, title: A, zone: Mars/Olympus}]",
            "15:38: error: there is no time zone \"Mars/Olympus\": write one such as Europe/Berlin [bad-value]"),
        Bad(
            "audiences: [{id: in, title: A, when: severity at least SEV7}]",
            "15:56: error: there is no severity \"SEV7\": did you mean \"SEV1\"? [bad-guard]"),
        Bad(
            "audiences: [{id: in, title: A, when: 'type is fire'}]",
            "15:47: error: there is no type \"fire\": none is defined [bad-guard]"),
        Bad(
            "templates:\n  - id: a\n    title: A\n    body: |\n      one\n\n        {{text.what}}",
            "21:16: error: there is no question \"what\": add it to the \"asks\" of the template [unknown-placeholder]"),
        Bad(
            "templates:\n  - id: a\n    title: A\n    subject: Update {{incident.key\n    body: x",
            "18:21: error: this placeholder is never closed: add }}, or write \\{{ for two braces that are none [bad-template]"
        ),
        Bad(
            "templates:\n  - id: a\n    title: A\n    subject: \"\\u0041 {{incident.kei}}\"\n    body: x",
            "18:14: error: there is no placeholder \"incident.kei\": did you mean \"incident.key\"? [unknown-placeholder]"
        ),
        Bad(
            "slo: [{id: a, title: A, kind: availability, window: 30d, target: 99.9}]",
            "15:66: error: \"target\" is a percentage such as 99.9%, not \"99.9\" [bad-value]"),
        Bad(
            "slo: [{id: a, title: A, kind: latency, window: a month}]",
            "15:48: error: \"a\" is not a length of time: write one such as 15m or 1h30m [bad-rule]"),
        Bad(
            "calendars: [{id: c, hours: {mon-fri: 9-17}}]",
            "15:38: error: \"9\" is not a time of day as HH:MM [bad-rule]"),
        Bad(
            "calendars: [{id: c, hours: {fri-mon: \"09:00-17:00\"}}]",
            "15:29: error: write a day (mon to sun), a range of days in the order of the week (mon-fri) or daily, not \"fri-mon\" [bad-value]"
        ),
        Bad(
            "calendars:\n  - id: c\n    hours: {mon-fri: \"09:00-17:00\", fri: \"09:00-12:00\"}\nfollow-up: [{id: a, title: A, by: 4 business hours}]",
            "17:42: error: Friday has its hours twice: divide the ranges of days [bad-value]"),
        Bad(
            "calendars:\n  - id: c\n    occasions: [{id: o, when: daily at 10:00}]\nfollow-up: [{id: a, title: A, by: 4 business hours}]",
            "18:35: error: the calendar \"c\" has no hours to count in: give it some, or name another [bad-rule]"),
        Bad(
            "calendars: [{id: c, occasions: [{id: o, when: sometimes}]}]",
            "15:47: error: \"sometimes\" is not a recurrence: write daily, weekly, monthly, quarterly, yearly or \"every 2 weeks\" [bad-rule]"
        ),
        Bad(
            "audiences: [{id: in, title: A}]\ncadence: [{id: c, audience: in, every: 5s}]",
            "16:40: error: an interval is 1 min to 366 d, not 5 s [bad-rule]"),
        Bad(
            "audiences: [{id: in, title: A}]\ncadence: [{id: c, audience: in, every: 30m within noon}]",
            "16:51: error: there is no calendar \"noon\": none is defined [unknown-reference]"),
        Bad(
            "audiences: [{id: in, title: A}]\ncadence: [{id: c, audience: in, every: 30m, after: [{from: 2h, every: 1h}, {from: 2h, every: 2h}]}]",
            "16:11: error: the cadence \"c\" for SEV1: after: two steps begin after 2 h [bad-rule]"),
        Bad(
            "closure: [{text: a, kind: metric, metric: error-rate}]",
            "15:43: error: \"metric\" is a name, <, <=, =, >= or >, and a bound, as in \"error-rate < 0.5%\" [bad-value]"
        ),
        Bad(
            "actions: {key: \"A-{slug}-{seq:3}\"}",
            "15:19: error: {slug} cannot stand here: write {date}, {date:compact}, {seq:N}, {category} or {area} [bad-value]"
        ),
        Bad(
            "actions: {key: \"A-{date}\"}",
            "15:16: error: a key holds {seq:N} exactly once, so that no two are alike [bad-value]"),
    ]) func `a value in a notation is told at the character, with what to write`(_ bad: Bad) { check(bad) }

    // MARK: Between the parts

    @Test(arguments: [
        Bad(
            "fields:\n  - {id: f, title: F, kind: choice, choices: [a, b]}\nseverity-matrix:\n  rows: {field: f, values: [a, c]}\n  columns: {field: f, values: [a]}\n  cells: [[SEV1, SEV2]]",
            "18:3: error: the severity matrix has 2 rows and 1 lists of cells: give one a row [bad-value]",
            "18:3: error: row 1 of the severity matrix has 2 cells for 1 columns [bad-value]",
            "18:3: error: the field \"f\" has no choice \"c\" [bad-value]"),
        Bad(
            "fields:\n  - {id: f, title: F, kind: choice, choices: [OUTAGE, NONE]}\nstatus-page:\n  components: {from: f, map: {OUTAGES: major-outage}}",
            "18:3: error: components: the field \"f\" has no choice \"OUTAGES\": did you mean \"OUTAGE\"? [bad-value]"),
        Bad(
            "records:\n  - {id: note}\n  - {id: note}\n  - {id: fix, outcomes: {rejected: No}}",
            "17:5: error: the record \"note\" is there twice: make it one [duplicate-id]",
            "18:5: error: \"rejected\" is an outcome of a hypothesis, not of a fix [bad-value]"),
    ]) func `parts that do not fit together are told`(_ bad: Bad) { check(bad) }

    @Test func `texts have a length`() {
        let long = String(repeating: "x", count: DocumentLimits.textBytes + 1)
        check(
            Bad(
                "advisories: [{id: a, text: \(long)}]",
                "15:28: error: \"text\" has 4097 bytes, more than 4096 [too-long]"))
        let many = (0...DocumentLimits.elements).map { "a\($0)" }.joined(separator: ", ")
        check(Bad("closure: [\(many)]", "15:10: error: \"closure\" has 501 elements, more than 500 [too-many]"))
    }

    @Test func `a document with countless faults tells the first of them`() {
        let lines = (0..<400).map { "  - {id: a\($0), titel: A}" }.joined(separator: "\n")
        let reading = SampleDocument.read(SampleDocument.smallest(and: "audiences:\n" + lines))
        #expect(reading.faults.count == DocumentLimits.faults)
        #expect(reading.faults.first?.line == 16)
    }

    @Test func `the file stands before the place`() {
        let reading = Playbook.read(Array("a: [".utf8), file: "x.playbook.yaml", zone: InstalledZones.find)
        #expect(
            reading.faults.map(\.description) == [
                "x.playbook.yaml:1:4: error: this [ is never closed: add the ] [unclosed]"
            ])
    }
}

import Importing
import Testing

/// Procedures in other words and in another order than the five.
@Suite struct OtherWordsTests {
    // MARK: Times

    struct Time: Sendable, CustomTestStringConvertible {
        let words: String
        let rule: String
        /// A part of what is asked; nil where nothing is.
        let question: String?
        var testDescription: String { words }

        init(_ words: String, _ rule: String, asks question: String? = nil) {
            self.words = words
            self.rule = rule
            self.question = question
        }
    }

    @Test(arguments: [
        Time("< 15 min", "15m"), Time("within 2 hours", "2h"), Time("one hour", "1h"), Time("90 seconds", "90s"),
        Time("1 week", "1w"),
        Time("30 minutes - 2 hours", "30m..2h"), Time("1–4 hours", "1h..4h"), Time("15 to 30 minutes", "15m..30m"),
        Time("Immediate (< 5 minutes)", "immediately, within 5m"),
        Time("Immediately", "immediately", asks: "has no bound"),
        Time("next day", "next business day by open", asks: "the next business day, or the next calendar day?"),
        Time("Next business day", "next business day by close", asks: "by the opening or by the close"),
        Time("next working day", "next business day by close", asks: "by the opening or by the close"),
        Time("3 business days", "3 business days by close", asks: "by the close or by the opening"),
        Time("4 business hours", "4 business hours"), Time("< 4 hours (business hours)", "4 business hours"),
        Time("8 working hours", "8 business hours"),
        Time("2 days", "2d", asks: "days of 24 hours, calendar days or business days?"),
        Time("2 months", "60d", asks: "counted as 60d?"),
        Time("None", "none"), Time("n/a", "none"), Time("As soon as possible", "unspecified", asks: "names no time"),
        Time("whenever", "unspecified", asks: "names no time"),
        Time("99999999999 minutes", "unspecified", asks: "names no time"),
    ])
    func `a time is read as what it says, and asked about where it says two things`(_ time: Time) {
        let result = imported(
            "# T\n\n| Severity | Response Time | Examples |\n|---|---|---|\n| SEV1 | \(time.words) | a |\n| "
                + "SEV2 | 1 hour | b |\n"
        )
        #expect(result.blocks("clocks:").first == "clocks:\n  respond: \(time.rule)")
        #expect(result.faults == [])
        let asked = result.questions.filter { $0.line == 5 && $0.text.hasPrefix("\"") }
        #expect(asked.count == (time.question == nil ? 0 : 1), "\(asked)")
        if let question = time.question { #expect(asked.first?.text.contains(question) == true, "\(asked)") }
        #expect(asked.first.map { $0.choices.first == time.rule } ?? true, "the draft says the first of the choices")
    }

    // MARK: Ladders

    struct Ladder: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        let ids: [String]
        let names: [String]
        let asks: String?
        var testDescription: String { name }
    }

    @Test(arguments: [
        Ladder(
            name: "headings with codes",
            text:
                "# A\n\n## Severity: how bad\n\n### SEV0: Meltdown\n\n**Impact**: all\n\n### SEV1: "
                + "Bad\n\n**Impact**: some\n",
            ids: ["SEV0", "SEV1"], names: ["Meltdown", "Bad"], asks: nil),
        Ladder(
            name: "words instead of codes",
            text:
                "# A\n\n## Classification\n\n### Critical\n\n**Definition**: all\n\n### High\n\n**Definition**: "
                + "some\n\n### Low\n",
            ids: ["Critical", "High", "Low"], names: ["Critical", "High", "Low"], asks: "Low is not described"),
        Ladder(
            name: "from the mildest, with numbers",
            text: "# A\n\n| Priority | Meaning |\n|---|---|\n| P3 | little |\n| P2 | much |\n| P1 | all |\n",
            ids: ["P1", "P2", "P3"],
            names: ["P1", "P2", "P3"], asks: "is the lowest number the worst?"),
        Ladder(
            name: "from the mildest, with words",
            text: "# A\n\n| Severity | Description |\n|---|---|\n| Low | little |\n| High | much |\n",
            ids: ["High", "Low"],
            names: ["High", "Low"], asks: "is the last one the worst?"),
        Ladder(
            name: "none at all", text: "# A\n\nCall Bob.\n", ids: ["SEV1", "SEV2", "SEV3"],
            names: ["Critical", "Major", "Minor"],
            asks: "no severity levels that were recognised"),
    ])
    func `a ladder is found in its shape, worst first`(_ ladder: Ladder) {
        let result = imported(ladder.text)
        let severities = result.blocks("severities:").first?.split(separator: "\n") ?? []
        #expect(severities.compactMap { $0.hasPrefix("  - id: ") ? String($0.dropFirst(8)) : nil } == ladder.ids)
        #expect(severities.compactMap { $0.hasPrefix("    name: ") ? String($0.dropFirst(10)) : nil } == ladder.names)
        if let asks = ladder.asks {
            #expect(result.questions.contains { $0.text.contains(asks) }, "\(result.questions)")
        }
        #expect(result.faults == [])
    }

    // MARK: Escalation

    private static let ladder = "# A\n\n| Severity | Impact |\n|---|---|\n| P1 | all |\n| P2 | some |\n\n"

    struct Plan: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        let block: String
        var testDescription: String { name }
    }

    @Test(arguments: [
        Plan(
            name: "severities as rows and people as columns",
            text:
                "## Who is called\n\n| Severity | On-call | Team lead |\n|---|---|---|\n| P1 | at once | 10 min "
                + "|\n| P2 | business hours | none |\n",
            block: """
                matrix:
                  from: severity-entered
                  rows:
                    - to: target(on-call)
                      P1: immediately
                      P2: immediately within business-hours
                    - to: target(team-lead)
                      P1: 10m
                      P2: none
                """),
        Plan(
            name: "a list with times",
            text:
                "## Paging order\n\n1. On-call engineer (0-10 min)\n2. Team lead (10-30 min)\n3. Head of "
                + "engineering (30+ min)\n",
            block: """
                levels:
                  from: declared
                  rows:
                    - to: target(on-call)
                      at: 0m
                    - to: target(team-lead)
                      at: 10m
                    - to: target(head-of-engineering)
                      at: 30m
                """),
        Plan(
            name: "tiers with waits between them",
            text:
                "## Escalation\n\n~~~\nTier 1: Primary\n  -> 5 minutes\nTier 2 - Secondary\n  -> 10 "
                + "minutes\nTier 3: Engineering manager\n~~~\n",
            block: """
                ladder:
                  from: declared
                  until: acknowledged
                  levels:
                    - to: target(on-call)
                    - to: target(secondary)
                      after: 5m
                    - to: target(engineering-manager)
                      after: 10m
                """),
        Plan(
            name: "a label and a list",
            text: "## Escalation (P1)\n\n**Within 30 minutes notify:**\n\n- Support team\n- CTO (if public)\n",
            block: """
                on-declare:
                  - to: target(support-team)
                    after: 30m
                    via: notify
                  - to: target(cto)
                    when: public
                    after: 30m
                    via: notify
                """),
    ])
    func `a plan of escalation is found in its shape`(_ plan: Plan) {
        let result = imported(Self.ladder + plan.text)
        let first = String(plan.block.split(separator: "\n")[0])
        #expect(result.blocks(first).contains(plan.block), "\(result.plainDraft)")
        #expect(result.faults == [])
    }

    // MARK: Messages

    struct Line: Sendable, CustomTestStringConvertible {
        let written: String
        let body: String
        var testDescription: String { written }

        init(_ written: String, _ body: String) {
            self.written = written
            self.body = body
        }
    }

    @Test(arguments: [
        Line("Severity: [P1 | P2]", "Severity: {{severity.label}}"), Line("Level: P[1/2]", "Level: {{severity.label}}"),
        Line("Priority: P1 / P2", "Priority: {{severity.label}}"),
        Line("Status: [Investigating/Fixed]", "Status: {{status.label}}"),
        Line("State: Investigating / Monitoring / Resolved", "State: {{status.label}}"),
        Line("Impact: [Who is affected]", "Impact: {{impact}}"),
        Line("IC: @[name]", "IC: {{role.ic}}"), Line("Incident commander: @bob", "Incident commander: {{role.ic}}"),
        Line("Next update: [Time]", "Next update: {{next-update|time}}"),
        Line("Started: [HH:MM]", "Started: {{started|time}}"),
        Line("We see it since [start time] UTC.", "We see it since {{started|datetime}}."),
        Line("[X] minutes so far", "{{text.x}} minutes so far"),
        Line("Duration: [X] minutes/hours", "Duration: {{duration|duration}}"),
        Line("Key: [INCIDENT-ID]", "Key: {{incident.key}}"),
        Line("ETA: [If known, otherwise \"TBD\"]", "ETA: {{eta|time|or:TBD}}"),
        Line("ETA: [estimate or \"soon\"]", "ETA: {{eta|time|or:soon}}"),
        Line("Bridge: [Zoom link if applicable]", "Bridge: {{bridge|optional}}"),
        Line("Mood: [one word]", "Mood: {{text.mood}}"),
        Line("Mood: ______", "Mood: {{text.mood}}"),
        Line("Braces {{ stay }} and {{", "Braces {{text.stay}} and \\{{"),
        Line("Level: [LEVEL]", "Level: {{severity.label}}"), Line("Since <start time>", "Since {{started|datetime}}"),
        Line("Above <br> all [service]", "Above <br> all {{service.name}}"),
        Line("Next news at [time].", "Next news at {{next-update|time}}."),
        Line(":fire: **Title**: [Brief description]", ":fire: **Title**: {{incident.title}}"),
        Line("See [the page](http://a.b) [service]", "See [the page](http://a.b) {{service.name}}"),
        Line("Thanks @ann, @bob and [Team]", "Thanks {{participants}} and {{text.team}}"),
    ])
    func `a place to fill becomes what it stands for, or a question to the writer`(_ line: Line) {
        let result = imported(
            Self.ladder
                + "## Roles\n\n### Incident Commander\n\n**Tasks**:\n- lead\n\n## Message templates\n\n### "
                + "First update\n\n```\n\(line.written)\n```\n"
        )
        let bodies = result.blocks("body: |")
        #expect(bodies == ["body: |\n  \(line.body)"])
        #expect(result.faults == [])
    }

    // MARK: Commands

    struct Command: Sendable, CustomTestStringConvertible {
        let text: String
        let risk: String
        let written: String
        var testDescription: String { text }

        init(_ text: String, _ risk: String, _ written: String? = nil) {
            self.text = text
            self.risk = risk
            self.written = written ?? text
        }
    }

    @Test(arguments: [
        Command("kubectl get pods -n a", "read"), Command("kubectl rollout history deployment/a", "read"),
        Command("git log --oneline", "read"),
        Command("curl -s http://a/health", "read"), Command("curl -X POST http://a/toggle-off", "change"),
        Command("kubectl rollout undo deployment/a", "change"),
        Command("./deploy.sh", "change"), Command("make it so", "change"),
        Command("kubectl delete pod a", "destructive"), Command("rm -rf /a", "destructive"),
        Command("kubectl scale deployment/a --replicas=0", "destructive"),
        Command("kubectl scale deployment/a --replicas=3", "change"),
        Command("psql -c \"DROP TABLE a\"", "destructive"), Command("kubectl get secret a -o yaml", "secret"),
        Command("psql -c \"SELECT query_start FROM a\"", "read"),
        Command("kubectl logs <pod-name> --tail=1", "read", "kubectl logs {{param.pod-name}} --tail=1"),
        Command("kubectl logs deployment/<service>", "read", "kubectl logs deployment/{{service.name}}"),
        Command("git revert [commit-sha]", "change", "git revert {{param.commit-sha}}"),
        Command("sum(rate(a_total[30d]))", "read"), Command("grep -E \"5[0-9]{2}\" a.log", "read"),
        Command("cat a | tail 2>/dev/null", "read"),
    ])
    func `a command is classed by what its words do, and asked about unless it only looks`(_ command: Command) {
        let result = imported("# A\n\n## Commands\n\n```bash\n# Do it\n\(command.text)\n```\n")
        let block = result.blocks("- id: do-it").first ?? ""
        #expect(block.contains("\n  risk: \(command.risk)"), "\(block)")
        let written = imported("# A\n\n## Commands\n\n```bash\n# Do it\ntrue\n```\n").blocks("- id: do-it").first ?? ""
        #expect(written.contains("command: \"true\"") || written.contains("command: true"))
        #expect(block.contains(command.written), "\(block)")
        #expect(result.questions.contains { $0.text.hasPrefix("What can") } == (command.risk != "read"))
        #expect(result.faults == [])
    }
}

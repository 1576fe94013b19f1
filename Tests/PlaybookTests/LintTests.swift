import Playbooks
import Testing

/// What is well written and unwise, and where it stands.
@Suite struct LintTests {
    static func findings(of text: BuiltInPlaybooks.Text) throws -> [PlaybookFault] {
        let playbook = try StoryTests.playbook(text.name)
        return PlaybookLint.findings(of: playbook, text: text.bytes, file: text.file)
    }

    /// Code, the words at which it points, and the sentence up to what is to be done: so that a document may grow above
    /// them.
    static func words(_ finding: PlaybookFault, in text: BuiltInPlaybooks.Text) -> String {
        let lines = String(decoding: text.bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let pointed = lines[finding.line - 1].unicodeScalars.dropFirst(finding.column - 1).prefix(24)
        let statement = finding.sentence.split(separator: #/: (?!.*: )/#).first ?? ""
        return "\(finding.code.rawValue) | \(String(pointed).split(separator: "  ").first ?? "") | "
            + statement.replacing(#/line \d+/#, with: "line N")
    }

    static let builtIn: [String: [String]] = [
        "wiretuner": [
            #"unfilled-role | id: incident-commander | the role "incident-commander" is required for "#
                + #"every severity and falls to nobody"#,
            #"unfilled-slot | unfilled | "phone" and "portal" of the target "on-call" are not filled in"#,
            #"unfilled-slot | "https://console.aws.ama | "url" of the dashboard "cloudwatch" is not "#
                + #"filled in"#,
            #"unfilled-slot | "https://logs.wiretuner. | "url" of the dashboard "kibana" is not filled in"#,
            #"unfilled-slot | "https://app.datadoghq.c | "url" of the dashboard "datadog" is not filled in"#,
            #"unfilled-slot | "https://wiretuner.pager | "url" of the link "pagerduty-incident" is not "#
                + #"filled in"#,
            #"unfilled-slot | "https://wiretuner.pager | "url" of the link "escalation-policies" is not "#
                + #"filled in"#,
            #"unfilled-slot | id: disaster-recovery | the document "disaster-recovery" is marked as not "#
                + #"finished"#,
        ],
        "workflow": [
            #"unfilled-slot | {id: apm, title: Applica | the tool "apm" is marked as not finished"#,
            #"unfilled-slot | id: infrastructure | the tool "infrastructure" is marked as not finished"#,
            #"unfilled-slot | {id: logging, title: Log | the tool "logging" is marked as not finished"#,
            #"unfilled-slot | {id: alerting, title: Al | the tool "alerting" is marked as not finished"#,
            #"unfilled-slot | {id: status-page, title: | the tool "status-page" is marked as not finished"#,
            #"unfilled-slot | {id: war-room, title: Wa | the tool "war-room" is marked as not finished"#,
            #"unfilled-slot | unfilled} | "path" of the document "runbooks" is not filled in"#,
            #"unfilled-slot | unfilled} | "path" of the document "architecture" is not filled in"#,
            #"unfilled-slot | unfilled} | "path" of the document "post-mortems" is not filled in"#,
            #"unfilled-slot | unfilled} | "path" of the document "handbook" is not filled in"#,
            #"unfilled-slot | unfilled} | "path" of the document "rotation-schedule" is not filled in"#,
            #"unfilled-slot | unfilled} | "path" of the document "escalation-procedures" is not filled in"#,
            #"unfilled-slot | unfilled, risk: read} | "command" of the command "error-logs" is not filled "#
                + #"in"#,
            #"unfilled-slot | unfilled, risk: change} | "command" of the command "disable-flag" is not "#
                + #"filled in"#,
            #"unfilled-slot | unfilled, risk: change} | "command" of the command "scale-up" is not filled "#
                + #"in"#,
            #"unfilled-slot | unfilled, risk: change} | "command" of the command "switch-to-backup" is "#
                + #"not filled in"#,
        ],
        "sre": [
            #"unfilled-slot | unfilled | "contact" of the target "engineering-manager" is not filled in"#
        ],
        "pipeline-guard": [
            #"severity-without-criteria | id: SEV-4 | nothing suggests SEV-4, while SEV-1, SEV-2 and "#
                + #"SEV-3 have criteria"#,
            #"unfilled-slot | unfilled | "contact" of the target "team-lead" is not filled in"#,
            #"unfilled-slot | unfilled | "contact" of the target "engineering-manager" is not filled in"#,
            #"unfilled-slot | unfilled | "contact" of the target "infrastructure-team" is not filled in"#,
            #"unfilled-slot | unfilled | "phone" and "portal" of the target "cloud-provider" are not "#
                + #"filled in"#,
            #"unfilled-slot | unfilled | "contact" of the target "database-provider" is not filled in"#,
            #"unfilled-slot | unfilled | "contact" of the target "cdn-provider" is not filled in"#,
            #"unfilled-slot | unfilled | "contact" of the target "monitoring-provider" is not filled in"#,
            #"plan-disagreement | to: team-lead | "matrix" and "levels" do not agree for SEV-1: team-lead "#
                + #"15m (line N) or 30m (line N), engineering-manager 30m (line N) or 1h (line N), cto 1h (line "#
                + #"N) or 2h (line N), and likewise for SEV-2, SEV-3 and SEV-4"#,
            #"window-said-twice | "Extended Monitoring: 24 | "Extended Monitoring: 24-hour observation "#
                + #"period" stands here for every severity, and as the observation window "observation" (line "#
                + #"N) for SEV-1"#,
            #"unfilled-slot | unfilled | "url" of the dashboard "incident-response" is not filled in"#,
            #"unfilled-slot | unfilled | "url" of the dashboard "application-health" is not filled in"#,
            #"unfilled-slot | unfilled | "url" of the dashboard "infrastructure" is not filled in"#,
        ],
        "autolytiq": [
            #"overridden-rule | Escalate if unable to re | "Escalate if unable to resolve within 30 "#
                + #"minutes" is the general rule, and "Continue investigation" for P3 (line N) and "Normal "#
                + #"business hours" for P4 (line N) have precedence over it"#
        ],
        "starter": [],
    ]

    @Test(arguments: BuiltInPlaybooks.texts)
    func `the built-in playbooks have no errors, and these warnings`(_ text: BuiltInPlaybooks.Text) throws {
        let findings = try Self.findings(of: text)
        #expect(findings.filter { $0.severity == .error } == [])
        #expect(findings.map { Self.words($0, in: text) } == Self.builtIn[text.name])
        #expect(findings.allSatisfy { $0.file == text.file })
    }

    @Test func `a disagreement of two plans cites the lines of both (X5)`() throws {
        let text = try #require(BuiltInPlaybooks.text(named: "pipeline-guard"))
        let finding = try #require(try Self.findings(of: text).first { $0.code == .planDisagreement })
        let lines = String(decoding: text.bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let cited = finding.sentence.matches(of: #/line (\d+)/#).compactMap { Int($0.output.1) }.map { number in
            lines[number - 1].prefix { $0 != "#" }.split(separator: " ").joined(separator: " ")
        }
        #expect(
            cited == [
                "SEV-1: 15m", "- to: team-lead", "SEV-1: 30m", "- to: engineering-manager", "SEV-1: 1h", "- to: cto",
            ])
        #expect(finding.sentence.hasSuffix(#""matrix" wins as it says, so make them alike unless both are meant"#))
    }

    @Test func `findings are in the order of the document`() throws {
        for text in BuiltInPlaybooks.texts {
            let places = try Self.findings(of: text).map(\.place)
            #expect(places == places.sorted())
        }
    }

    @Test func `of a document that no person wrote, no more is told than of any other`() throws {
        let criteria = (0..<60).map { "{when: users >= \($0) and users <= \($0 + 100), because: Many}" }
        let severities = (0..<10).map { rank in
            "  - {id: S\(rank), name: N, meaning: M, criteria: [\(criteria.joined(separator: ", "))]}\n"
        }
        let document =
            SampleDocument.smallest.split(separator: "\n").filter { !$0.contains("SEV") }.joined(separator: "\n")
            .replacing("severities:\n", with: "severities:\n" + severities.joined())
            + "\nfields: [{id: users, title: Users, kind: number}]\n"
        let findings = PlaybookLint.findings(of: try SampleDocument.playbook(document), text: Array(document.utf8))
        #expect(findings.count == DocumentLimits.faults)
        #expect(findings.contains { $0.code == .criteriaOverlap })
    }
}

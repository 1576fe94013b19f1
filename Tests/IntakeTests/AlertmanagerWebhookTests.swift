import Alerting
import Chronology
import Foundation
import Intake
import Notation
import Testing

@Suite struct AlertmanagerWebhookTests {
    static let recorded = Result { try Fixture.all(in: "webhook") }

    @Test func `every recorded body gives one signal for each alert, with everything in it`() throws {
        let fixtures = try Self.recorded.get()
        #expect(fixtures.count == 21)
        for fixture in fixtures {
            let result = try AlertmanagerWebhook.read(fixture.body)
            #expect(result.faults == [], "\(fixture)")
            let theirs = try #require(try JSONSerialization.jsonObject(with: Data(fixture.body)) as? [String: Any])
            let alerts = try #require(theirs["alerts"] as? [[String: Any]])
            #expect(result.signals.map(\.dedupKey) == alerts.map { $0["fingerprint"] as? String })
            #expect(result.signals.map(\.status.rawValue) == alerts.map { $0["status"] as? String })
            for (signal, alert) in zip(result.signals, alerts) {
                let labels = try #require(alert["labels"] as? [String: String])
                let annotations = try #require(alert["annotations"] as? [String: String])
                #expect(signal.labels == labels.map { Label($0, $1) }.sorted(), "\(fixture)")
                #expect(signal.severity == labels["severity"])
                #expect(signal.annotations.map(\.name) == annotations.keys.sorted())
                #expect(signal.startsAt == (try at(try #require(alert["startsAt"] as? String))))
                #expect((signal.endsAt == nil) == (alert["endsAt"] as? String == "0001-01-01T00:00:00Z"))
                #expect(signal.expiresAt == nil)
            }
        }
    }

    @Test func `a recorded firing alert is read whole`() throws {
        let result = try AlertmanagerWebhook.read(try Fixture("webhook/checkout-firing").body)
        #expect(
            result
                == IntakeResult(signals: [
                    Signal(
                        dedupKey: "b0fcddf1d15e68b0", status: .firing, title: "HighErrorRate on web-1:8080",
                        severity: "critical",
                        labels: [
                            Label("alertname", "HighErrorRate"), Label("cluster", "eu-1"),
                            Label("instance", "web-1:8080"), Label("service", "checkout"),
                            Label("severity", "critical"),
                        ],
                        annotations: [
                            Label("description", "HighErrorRate has been true for 5m"),
                            Label("runbook_url", "https://runbooks.example.test/HighErrorRate"),
                            Label("summary", "HighErrorRate on web-1:8080"),
                        ],
                        startsAt: try at("2026-11-21T00:47:33.041Z"),
                        sourceURL:
                            "http://prometheus.example.test:9090/graph?g0.expr=up%7Bjob%3D%22checkout%22%7D+%3D%3D+0&g0.tab=1"
                    )
                ]))
    }

    @Test func `a resolved alert has its end and the key of the firing one`() throws {
        let firing = try AlertmanagerWebhook.read(try Fixture("webhook/checkout-firing").body).signals
        let resolved = try AlertmanagerWebhook.read(try Fixture("webhook/checkout-resolved").body).signals
        var expected = firing
        expected[0].status = .resolved
        expected[0].endsAt = try at("2026-11-21T00:47:50.482Z")
        #expect(resolved == expected)
    }

    @Test func `one body can hold firing and resolved alerts`() throws {
        let signals = try AlertmanagerWebhook.read(try Fixture("webhook/net-audit-firing-2").body).signals
        #expect(signals.map(\.status) == [.resolved, .firing])
    }

    @Test func `alerts that Alertmanager left out are told, never passed over in silence`() throws {
        let result = try AlertmanagerWebhook.read(try Fixture("webhook/media-firing").body)
        #expect(result.signals.count == 2)
        #expect(
            result.warnings == [
                "/truncatedAlerts: the sender left out 3 alerts of this group (max_alerts in its webhook configuration);"
                    + " nothing is known of them here"
            ])
    }

    @Test func `text in any script is kept, and control characters are replaced`() throws {
        let result = try AlertmanagerWebhook.read(try Fixture("webhook/i18n-firing").body)
        let signal = try #require(result.signals.first)
        #expect(
            signal.labels == [
                Label("alertname", "Überlast"), Label("cluster", "東京"), Label("instance", "größe-1"),
                Label("service", "i18n"), Label("severity", "critical"),
            ])
        #expect(signal.annotations["description"] == "é\u{301} \u{2028} \u{fffd} end")
        #expect(signal.annotations["summary"] == "CPU > 90% & <b>load</b> \"quoted\" \\ back\nnew line\ttab 🚨")
        #expect(signal.title == "CPU > 90% & <b>load</b> \"quoted\" \\ back new line tab 🚨")
        #expect(
            result.warnings == [
                "/alerts/0: control characters in the annotation \"description\" were replaced by U+FFFD"
            ])
    }

    @Test func `an alert with labels only is read`() throws {
        let result = try AlertmanagerWebhook.read(try Fixture("webhook/minimal-firing").body)
        #expect(
            result
                == IntakeResult(signals: [
                    Signal(
                        dedupKey: "f2a9da13594d166f", status: .firing, title: "Minimal",
                        labels: [Label("alertname", "Minimal"), Label("service", "minimal")],
                        startsAt: try at("2026-11-21T01:47:33.064Z"),
                        sourceURL: "http://alertmanager.example.test:9093")
                ]))
    }

    static let tolerated: [(String, [Signal], [String])] = [
        // Whatever a later release or another sender adds, or leaves out.
        (
            #"{"alerts":[{"labels":{"a":"b"}}]}"#,
            [Signal(dedupKey: "d2b371819297f98a", status: .firing, title: "a=b", labels: [Label("a", "b")])], []
        ),
        (
            #"{"alerts":[{"labels":{"alertname":"X"},"notification_reason":{"x":[1]},"values":null}],"routeLabels":{},"#
                + #""status":"resolved","version":"5","truncatedAlerts":null,"externalURL":"http://am.test"}"#,
            [
                Signal(
                    dedupKey: "d2aeefc389ca7746", status: .resolved, title: "X", labels: [Label("alertname", "X")],
                    sourceURL: "http://am.test")
            ], ["/version: \"5\" is not known; it was read as version 4"]
        ),
        (
            #"{"alerts":[{"status":"firing","labels":{"alertname":"X","instance":"h","empty":"","no":null},"#
                + #""annotations":{"summary":" \n ","empty":""},"fingerprint":"0123456789ABCDEF","startsAt":"soon","#
                + #""endsAt":"","generatorURL":"a b"}]}"#,
            [
                Signal(
                    dedupKey: "0123456789abcdef", status: .firing, title: "X on h",
                    labels: [Label("alertname", "X"), Label("instance", "h")],
                    annotations: [Label("empty", ""), Label("summary", " \n ")])
            ],
            [
                "/alerts/0/startsAt: \"soon\" was left out: \(whyUnreadable("soon"))",
                "/alerts/0/generatorURL: the link was left out: it is too long or has control characters",
            ]
        ),
        (
            #"{"alerts":[{"labels":null,"annotations":null,"fingerprint":"0000000000000001","endsAt":null}]}"#,
            [Signal(dedupKey: "0000000000000001", status: .firing, title: "0000000000000001")], []
        ),
        (
            #"{"alerts":[{"labels":{"a":"1","b":"x","a":"2"}}]}"#,
            [
                Signal(
                    dedupKey: Fingerprint([Label("a", "2"), Label("b", "x")]).text, status: .firing, title: "a=2, b=x",
                    labels: [Label("a", "2"), Label("b", "x")])
            ], ["/alerts/0: the label \"a\" is there twice; the last value was taken"]
        ),
        (#"{"alerts":[]}"#, [], []),
    ]

    @Test(arguments: tolerated.indices)
    func `unknown members are passed over and missing ones are done without`(row: Int) throws {
        let (body, signals, warnings) = Self.tolerated[row]
        let result = try AlertmanagerWebhook.read(Array(body.utf8))
        #expect(result.signals == signals)
        #expect(result.faults == [])
        #expect(result.warnings == warnings)
    }

    @Test func `a firing alert with an end in this format expires then`() throws {
        let body = #"{"alerts":[{"status":"firing","labels":{"a":"b"},"endsAt":"2026-11-21T01:00:00Z"}]}"#
        let signal = try #require(try AlertmanagerWebhook.read(Array(body.utf8)).signals.first)
        #expect(signal.endsAt == nil)
        #expect(signal.expiresAt == (try at("2026-11-21T01:00:00Z")))
    }

    @Test func `an alert that cannot be used is a fault, and the others are kept`() throws {
        let body = #"""
            {"status":"firing","alerts":[{"labels":{"a":"1"}},{"labels":{"a":2}},{"labels":["a"]},17,{"labels":{}},
            {"labels":{"a":"1"},"status":"on fire"},{"labels":{"":"x"}},{"labels":{"a":"8"}}]}
            """#
        let result = try AlertmanagerWebhook.read(Array(body.utf8))
        #expect(result.signals.map(\.title) == ["a=1", "a=8"])
        #expect(
            result.faults == [
                InputFault(at: "/alerts/1/labels/a", "must be a string, not a number"),
                InputFault(at: "/alerts/2/labels", "must be an object, not an array"),
                InputFault(at: "/alerts/3", "must be an object, not a number"),
                InputFault(
                    at: "/alerts/4", "has neither a label nor a fingerprint, so nothing tells it from other alerts"),
                InputFault(at: "/alerts/5/status", "must be firing or resolved, not \"on fire\""),
                InputFault(at: "/alerts/6", "the name of a label is empty"),
            ])
    }

    static let unreadable: [(String, InputFault)] = [
        ("", InputFault(at: "1:1", "the text is empty")),
        ("[]", InputFault(at: "", "must be an object, not an array")),
        ("{}", InputFault(at: "/alerts", "an array of alerts is missing")),
        (#"{"alerts":{}}"#, InputFault(at: "/alerts", "must be an array, not an object")),
        (#"{"alerts":[{"labels":{"a":"b"}}]"#, InputFault(at: "1:33", "the text ends too early")),
        (
            #"{"alerts":[{"labels":{"a":"b"}},{"labels":{"a":1,}}]}"#,
            InputFault(at: "1:50", "the name of a member must come here, in double quotes")
        ),
    ]

    @Test(arguments: unreadable.indices)
    func `a body that is not such a message is refused whole`(row: Int) {
        let (body, fault) = Self.unreadable[row]
        #expect(throws: fault) { try AlertmanagerWebhook.read(Array(body.utf8)) }
    }
}

import Alerting
import Chronology
import Intake
import Notation
import Testing

@Suite struct AlertmanagerAPITests {
    private let receivedAt = Instant(seconds: 1_795_222_271)

    private func post(
        _ body: String, labelNames: AlertmanagerAPI.LabelNames = .utf8
    ) -> AlertmanagerAPI.Posting {
        AlertmanagerAPI.post(
            Array(body.utf8), contentType: "application/json", receivedAt: receivedAt, labelNames: labelNames)
    }

    @Test func `every recorded post is answered byte for byte as Alertmanager answered it`() throws {
        let posts =
            try Fixture.all(in: "api-answers", where: { $0.hasPrefix("post-") }) + Fixture.all(in: "prometheus")
            + Fixture.all(in: "amtool", where: { $0.hasPrefix("alert-add") })
        #expect(posts.count == 22)
        // One request was recorded by a listener that was no Alertmanager.
        let ok = Fixture.Answer(status: 200, contentType: nil, body: "")
        for fixture in posts {
            let posting = AlertmanagerAPI.post(
                fixture.body, contentType: fixture.contentType, receivedAt: fixture.receivedAt, labelNames: .classic)
            let answer = posting.answer
            #expect(
                Fixture.Answer(status: answer.status, contentType: answer.contentType, body: answer.body)
                    == fixture.answer ?? ok, "\(fixture)")
            #expect(posting.result.faults.isEmpty == (answer.status == 200), "\(fixture)")
        }
    }

    @Test func `names of labels may be any text since Alertmanager 0.27`() throws {
        for name in ["post-bad-label-name", "post-two-invalid"] {
            let fixture = try Fixture("api-answers/\(name)")
            let posting = AlertmanagerAPI.post(
                fixture.body, contentType: fixture.contentType, receivedAt: fixture.receivedAt)
            let label = name == "post-bad-label-name" ? Label("foo-bar", "x") : Label("bad-name", "x")
            #expect(posting.result.signals.map(\.labels) == [[label]])
            #expect(posting.answer == (name == "post-two-invalid" ? .refused("at least one label pair required") : .ok))
        }
        #expect(post(#"[{"labels":{"":"x"}}]"#).answer == .refused(#"invalid label set: invalid name """#))
    }

    @Test func `a firing alert of Prometheus expires at its endsAt`() throws {
        let fixture = try Fixture("prometheus/single-firing")
        let posting = AlertmanagerAPI.post(
            fixture.body, contentType: fixture.contentType, receivedAt: fixture.receivedAt)
        let labels = [
            Label("alertname", "InstanceDown"), Label("cluster", "eu-1"), Label("instance", "db-1:9100"),
            Label("job", "fake"), Label("severity", "critical"), Label("team", "db"),
        ]
        #expect(
            posting
                == AlertmanagerAPI.post(
                    fixture.body, contentType: "application/json; charset=utf-8", receivedAt: fixture.receivedAt))
        #expect(
            posting.result
                == IntakeResult(signals: [
                    Signal(
                        dedupKey: Fingerprint(labels).text, status: .firing, title: "Instance db-1:9100 down",
                        severity: "critical", labels: labels,
                        annotations: [
                            Label("description", "db-1:9100 of job fake has been down, value 0 <&> \"q\""),
                            Label("runbook_url", "https://runbooks.example.test/InstanceDown"),
                            Label("summary", "Instance db-1:9100 down"),
                        ],
                        startsAt: try at("2026-11-21T00:51:20.719Z"), expiresAt: try at("2026-11-21T00:51:32.719Z"),
                        sourceURL: "http://prometheus.example.test:9090/graph?g0.expr=fake_up+%3D%3D+0&g0.tab=1")
                ]))
    }

    @Test func `an alert whose endsAt has passed is resolved under the same key`() throws {
        let fixture = try Fixture("prometheus/resent-resolved")
        let end = try at("2026-11-21T00:51:44.719Z")
        func status(_ receivedAt: Instant) throws -> Signal {
            try #require(
                AlertmanagerAPI.post(fixture.body, contentType: fixture.contentType, receivedAt: receivedAt)
                    .result.signals.first)
        }
        let firing = try status(end - .milliseconds(1))
        #expect((firing.status, firing.endsAt, firing.expiresAt) == (.firing, nil, end))
        for receivedAt in [end, end + .minutes(15)] {
            let resolved = try status(receivedAt)
            #expect((resolved.status, resolved.endsAt, resolved.expiresAt) == (.resolved, end, nil))
            #expect(resolved.dedupKey == firing.dedupKey)
        }
    }

    @Test func `an alert without an end expires after the resolve timeout`() throws {
        let fixture = try Fixture("amtool/alert-add-foo-bar")
        for timeout in [Duration.minutes(5), .seconds(30)] {
            let posting = AlertmanagerAPI.post(
                fixture.body, contentType: fixture.contentType, receivedAt: receivedAt, resolveTimeout: timeout)
            let labels = [Label("alertname", "foo!=bar")]
            #expect(
                posting.result
                    == IntakeResult(signals: [
                        Signal(
                            dedupKey: Fingerprint(labels).text, status: .firing, title: "foo!=bar", labels: labels,
                            expiresAt: receivedAt + timeout)
                    ]))
        }
    }

    @Test func `a whole batch of Prometheus is read`() throws {
        let fixture = try Fixture("prometheus/batch-64-c")
        let posting = AlertmanagerAPI.post(
            fixture.body, contentType: fixture.contentType, receivedAt: fixture.receivedAt)
        #expect(posting.result.signals.count == 22)
        #expect(Set(posting.result.signals.map(\.dedupKey)).count == 22)
        #expect(posting.answer == .ok)
    }

    @Test func `a time with an offset and nanoseconds is cut to the microsecond`() throws {
        let fixture = try Fixture("api-answers/post-time-offset")
        let signal = AlertmanagerAPI.post(
            fixture.body, contentType: fixture.contentType, receivedAt: fixture.receivedAt
        ).result.signals.first
        #expect(signal?.startsAt == (try at("2024-01-02T01:04:05.678901Z")))
    }

    static let answers: [(String, AlertmanagerAnswer, kept: Int)] = [
        ("[]", .ok, 0), ("null", .ok, 0), (" [ ] ", .ok, 0),
        ("", .rejected(code: 602, "alerts in body is required"), 0),
        (
            "{}",
            .rejected(
                code: 400,
                #"parsing alerts body from "" failed, because json: cannot unmarshal object into Go value of type models.PostableAlerts"#
            ), 0
        ),
        (#"[{"labels":{"a":"b"}},{}]"#, .rejected(code: 602, "1.labels in body is required"), 1),
        (#"[{"labels":null}]"#, .rejected(code: 602, "0.labels in body is required"), 0),
        (
            #"[{"labels":{"a":"b"},"startsAt":1},{"labels":{"a":"c"}}]"#,
            .rejected(
                code: 400,
                #"parsing alerts body from "" failed, because json: cannot unmarshal number into Go value of type string"#
            ), 1
        ),
        // Alertmanager parses all, then validates all, then handles each: the first stage that fails answers.
        (
            #"[{"labels":{}},{"labels":{"a":"b"},"generatorURL":"no url"},{"labels":{"a":true}},{"labels":{"a":"b"}}]"#,
            .rejected(
                code: 400,
                #"parsing alerts body from "" failed, because json: cannot unmarshal bool into Go struct field Alert.labels of type string"#
            ), 1
        ),
        (
            #"[{"labels":{}},{"labels":{"a":"b"},"generatorURL":"no url"}]"#,
            .rejected(code: 601, #"1.generatorURL in body must be of type uri: "no url""#), 0
        ),
        (
            #"[{"labels":{"a":"b"},"startsAt":"2026-11-21T02:00:00Z","endsAt":"2026-11-21T01:00:00Z"},{"labels":{}},"#
                + #"{"labels":{"a":"c"},"annotations":{"":"x"}},{"labels":{"a":"d"}}]"#,
            .refused(
                "start time must be before end time; at least one label pair required;"
                    + #" invalid annotations: invalid name """#), 1
        ),
        (
            #"[{"labels":{"a":"b"}}"#,
            .rejected(code: 400, #"parsing alerts body from "" failed, because unexpected EOF"#), 0
        ),
        (
            #"[{"labels":{"a":"b"}}]]"#,
            .rejected(
                code: 400,
                #"parsing alerts body from "" failed, because 1:23: the text goes on after its value has ended"#), 0
        ),
    ]

    @Test(arguments: answers.indices)
    func `what is wrong is answered in the words of the stage that would have said it, and sound alerts are kept`(
        row: Int
    ) {
        let (body, answer, kept) = Self.answers[row]
        let posting = post(body)
        #expect(posting.answer == answer)
        #expect(posting.result.signals.count == kept)
        #expect(posting.result.faults.isEmpty == (answer == .ok))
    }

    @Test func `a start that is not given stays open, even where an end is`() throws {
        let signal = try #require(
            post(#"[{"labels":{"a":"b"},"endsAt":"2026-11-21T02:00:00Z"}]"#).result.signals.first)
        #expect(signal.startsAt == nil)
        #expect(signal.expiresAt == (try at("2026-11-21T02:00:00Z")))
    }

    @Test func `only JSON is taken`() {
        let message = #"unsupported media type "application/octet-stream", only [application/json] are allowed"#
        #expect(
            AlertmanagerAPI.post(Array("[]".utf8), contentType: nil, receivedAt: receivedAt).answer
                == .rejected(code: 415, message))
        #expect(
            AlertmanagerAPI.post(Array("[]".utf8), contentType: "Application/JSON ;q=1", receivedAt: receivedAt).answer
                == .ok)
    }

    static let links: [(String, Bool)] = [
        ("http://p.test/g?a=b&c=%20", true), ("/relative", true), ("mailto:a@b.test", true), ("", true), ("x", false),
        ("not a url", false), ("1http://x", false), ("http://x\u{0}", false), (":", false), ("http:", false),
        ("/" + String(repeating: "x", count: 8_192), false),
    ]

    @Test(arguments: links)
    func `a generator URL must be a URI`(link: String, isSound: Bool) {
        let posting = post(JSON.array([["labels": ["a": "b"], "generatorURL": .string(link)]]).text)
        #expect(posting.answer.status == (isSound ? 200 : 422))
        #expect(posting.result.signals.map(\.sourceURL) == (isSound ? [link.isEmpty ? nil : link] : []))
    }

    @Test func `an error of a handler is a JSON string and a line feed`() {
        let answer = AlertmanagerAnswer.refused("a \"b\"", status: 404)
        #expect((answer.status, answer.contentType, answer.body) == (404, "application/json", "\"a \\\"b\\\"\"\n"))
    }
}

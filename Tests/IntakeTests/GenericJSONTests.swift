import Alerting
import Chronology
import Intake
import Notation
import Testing

@Suite struct GenericJSONTests {
    private let receivedAt = Instant(seconds: 1_795_222_271)

    private func read(_ body: String) throws(InputFault) -> IntakeResult {
        try GenericJSON.read(Array(body.utf8), receivedAt: receivedAt)
    }

    @Test func `a whole alert is read`() throws {
        let result = try read(
            #"""
            {"title": "Disk full on db-1", "status": "firing", "dedupKey": "disk/db-1", "severity": "critical",
             "labels": {"host": "db-1", "empty": ""}, "annotations": {"runbook": "https://r.test/disk"},
             "service": "billing", "startsAt": "2026-11-21T02:00:00+01:00", "endsAt": "2026-11-21T02:00:00Z",
             "url": "https://mon.test/x"}
            """#)
        #expect(
            result
                == IntakeResult(signals: [
                    Signal(
                        dedupKey: "disk/db-1", status: .firing, title: "Disk full on db-1", severity: "critical",
                        labels: [Label("host", "db-1"), Label("service", "billing")],
                        annotations: [Label("runbook", "https://r.test/disk")],
                        startsAt: try at("2026-11-21T01:00:00Z"), expiresAt: try at("2026-11-21T02:00:00Z"),
                        sourceURL: "https://mon.test/x")
                ]))
    }

    @Test func `a title is enough, and the same words are the same alert`() throws {
        let signal = try #require(try read(#"{"title":"Backup failed"}"#).signals.first)
        #expect(signal == Signal(dedupKey: signal.dedupKey, status: .firing, title: "Backup failed"))
        let same = [
            #"{"status":null,"title":"Backup failed","dedupKey":null,"labels":{},"annotations":null,"url":""}"#,
            #"{"title":"Backup failed","severity":"low","annotations":{"a":"b"}}"#,
            #"{"title":"Backup failed","endsAt":"2026-11-20T00:00:00Z"}"#,
        ]
        for body in same { #expect(try read(body).signals.map(\.dedupKey) == [signal.dedupKey]) }
        let others = [
            #"{"title":"Backup failed "}"#, #"{"title":"Backup failed","labels":{"a":"b"}}"#,
            #"{"title":"Backup failed","service":"s"}"#, #"{"title":"Backup","labels":{" failed":""}}"#,
        ]
        for body in others { #expect(try read(body).signals.map(\.dedupKey) != [signal.dedupKey]) }
        let labelled = [#"{"title":"T","labels":{"a":"1","b":"2"}}"#, #"{"labels":{"b":"2","a":"1"},"title":"T"}"#]
        #expect(try read(labelled[0]) == read(labelled[1]))
    }

    static let statuses: [(String, Signal)] = [
        (#"{"dedupKey":"k","status":"resolved"}"#, Signal(dedupKey: "k", status: .resolved, title: "k")),
        (#"{"dedupKey":"k","status":"acknowledged"}"#, Signal(dedupKey: "k", status: .acknowledged, title: "k")),
        (
            #"{"title":"t","dedupKey":"k","endsAt":"2026-11-21T00:51:11Z"}"#,
            Signal(dedupKey: "k", status: .resolved, title: "t", endsAt: Instant(seconds: 1_795_222_271))
        ),
        (
            #"{"title":"t","dedupKey":"k","endsAt":"2026-11-21T00:51:12Z"}"#,
            Signal(dedupKey: "k", status: .firing, title: "t", expiresAt: Instant(seconds: 1_795_222_272))
        ),
        (
            #"{"title":"t","dedupKey":"k","status":"resolved","endsAt":"2026-11-21T00:51:12Z"}"#,
            Signal(dedupKey: "k", status: .resolved, title: "t", endsAt: Instant(seconds: 1_795_222_272))
        ),
        (
            #"{"title":"t","dedupKey":"k","service":"s","labels":{"service":"mine","severity":"high"}}"#,
            Signal(
                dedupKey: "k", status: .firing, title: "t", severity: "high",
                labels: [Label("service", "mine"), Label("severity", "high")])
        ),
    ]

    @Test(arguments: statuses.indices)
    func `status, end and service are read as they are meant`(row: Int) throws {
        let (body, signal) = Self.statuses[row]
        #expect(try read(body) == IntakeResult(signals: [signal]))
    }

    static let faults: [(String, String, String)] = [
        ("{}", "/title", "a title is missing"),
        (
            #"{"status":"resolved"}"#, "/title",
            "a title is missing; without one, dedupKey must say which alert is meant"
        ),
        (#"{"title":5}"#, "/title", "must be a string, not a number"),
        (#"{"title":" \n"}"#, "/title", "must not be empty; leave it out instead"),
        (#"{"title":"t","dedupKey":""}"#, "/dedupKey", "must not be empty; leave it out instead"),
        (
            #"{"title":"t","status":"Firing"}"#, "/status",
            "must be firing, resolved or acknowledged, not \"Firing\""
        ),
        (#"{"title":"t","labels":{"a/b":{}}}"#, "/labels/a~1b", "must be a string, not an object"),
        (#"{"title":"t","labels":[]}"#, "/labels", "must be an object, not an array"),
        (#"{"title":"t","labels":{"":"x"}}"#, "/labels", "the name of a label is empty"),
        (#"{"title":"t","annotations":{"a":1}}"#, "/annotations/a", "must be a string, not a number"),
        (
            #"{"title":"t","startsAt":"noon"}"#, "/startsAt",
            "must be a time such as 2026-11-21T03:12:04Z, not \"noon\": \(whyUnreadable("noon"))"
        ),
        (#"{"title":"t","startsAt":1795222271}"#, "/startsAt", "must be a string, not a number"),
        (
            #"{"title":"t","startsAt":"2026-11-21T03:00:00Z","endsAt":"2026-11-21T02:00:00Z"}"#, "/endsAt",
            "lies before startsAt"
        ),
        (
            #"{"title":"t","status":"firing","endsAt":"2026-11-21T00:00:00Z"}"#, "/endsAt",
            "has passed, but the status is firing"
        ),
        (
            #"{"title":"t","url":"a b"}"#, "/url",
            "must be a link of at most 8192 bytes, without spaces and control characters"
        ),
    ]

    @Test(arguments: faults.indices)
    func `what is wrong with an alert is said with its place, alone and among others`(row: Int) throws {
        let (body, place, reason) = Self.faults[row]
        #expect(try read(body) == IntakeResult(faults: [InputFault(at: place, reason)]))
        let among = try read("[{\"title\":\"first\"},\(body),{\"title\":\"last\"}]")
        #expect(among.signals.map(\.title) == ["first", "last"])
        #expect(among.faults == [InputFault(at: "/1" + place, reason)])
    }

    @Test func `a body that is neither an alert nor a list of them is refused whole`() {
        #expect(throws: InputFault(at: "", "must be an object or an array of objects")) { try read("\"title\"") }
        #expect(throws: InputFault(at: "1:15", "the text ends too early")) { try read(#"[{"title":"t"}"#) }
        #expect(throws: InputFault(at: "1:1", "the text is empty")) { try read("") }
    }

    @Test func `a member that is not known is passed over with a warning`() throws {
        let result = try read(#"[{"title":"t","sevrity":"high","x\u0001":{}}]"#)
        #expect(result.signals.map(\.title) == ["t"])
        #expect(
            result.warnings == [
                "/0/sevrity: this member is not known and was passed over",
                "/0/x\u{fffd}: this member is not known and was passed over",
            ])
    }

    @Test func `a long title ends in an ellipsis, and the whole is kept beside it`() throws {
        let long = String(repeating: "ü", count: 1_025)
        let signal = try #require(try read("{\"title\":\"\(long)\"}").signals.first)
        #expect(signal.title == String(repeating: "ü", count: 1_023) + "…")
        #expect(signal.annotations == [Label("full_title", long)])
        let exact = String(repeating: "ü", count: 1_024)
        let whole = try #require(try read("{\"title\":\"\(exact)\"}").signals.first)
        #expect((whole.title, whole.annotations) == (exact, []))
    }

    @Test func `a title is one line`() throws {
        let signal = try #require(
            try read(#"{"title":" Down:\r\n\tdb-1\n","annotations":{"z":"1","full_title":"mine"}}"#).signals.first)
        #expect(signal.title == "Down:  db-1")
        #expect(signal.annotations == [Label("full_title", " Down:\n\tdb-1\n"), Label("z", "1")])
    }
}

import Chronology
import Notation
import ServiceLifecycle

/// A minute of a bad night, sent to the server's own intake as an Alertmanager would: one service goes down and comes back,
/// another limps and nobody takes it for a while. Somebody who is awake takes the first page.
struct DemoScript: ServiceLifecycle.Service {
    /// One body of a webhook.
    struct Scene: Hashable {
        let second: Int64
        let alert: String
        let service: String
        let severity: String
        let instances: ClosedRange<Int>
        let isFiring: Bool
        let remark: String?
    }

    /// Forty alerts, counting every instance of every body.
    static let scenes: [Scene] = [
        Scene(
            second: 2, alert: "DiskFilling", service: "Catalogue", severity: "warning", instances: 1...2,
            isFiring: true,
            remark: "Two disks of the catalogue fill up. That wakes the first of its plan, and is no incident."),
        Scene(
            second: 8, alert: "CheckoutDown", service: "Checkout", severity: "critical", instances: 1...3,
            isFiring: true,
            remark: "Checkout goes down. It is critical, so an incident is declared."),
        Scene(
            second: 12, alert: "CheckoutDown", service: "Checkout", severity: "critical", instances: 1...6,
            isFiring: true,
            remark: "More of it; what is known is counted, not told again."),
        Scene(
            second: 18, alert: "SearchSlow", service: "Search", severity: "error", instances: 1...4, isFiring: true,
            remark: "Search becomes slow. Its people sleep soundly: watch the page climb."),
        Scene(
            second: 25, alert: "CheckoutDown", service: "Checkout", severity: "critical", instances: 1...8,
            isFiring: true,
            remark: "Checkout, again."),
        Scene(
            second: 32, alert: "LoginFailures", service: "Accounts", severity: "info", instances: 1...1, isFiring: true,
            remark: "A few failed logins."),
        Scene(
            second: 40, alert: "CheckoutDown", service: "Checkout", severity: "critical", instances: 1...8,
            isFiring: false,
            remark: "Checkout is back."),
        Scene(
            second: 48, alert: "DiskFilling", service: "Catalogue", severity: "warning", instances: 1...2,
            isFiring: false,
            remark: "Somebody made room on the disks."),
        Scene(
            second: 58, alert: "SearchSlow", service: "Search", severity: "error", instances: 1...4, isFiring: true,
            remark: "Search is still slow."),
        Scene(
            second: 60, alert: "LoginFailures", service: "Accounts", severity: "info", instances: 1...2,
            isFiring: false,
            remark: nil),
    ]

    let url: ServerURL
    let team: DemoTeam
    let sink: PagerSink
    let responderToken: TokenBox

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await play() }
                group.addTask { await answerPagers() }
            }
        }
    }

    // MARK: The storm

    private func play() async {
        do {
            try await Client.with(url, token: nil) { client in
                try await awaitServer(client)
                let start = SystemClock.now()
                for scene in Self.scenes {
                    try await SystemClock.clockwork.sleep(
                        max(.zero, start + .seconds(scene.second) - SystemClock.now()))
                    if let remark = scene.remark { say(remark) }
                    let path = "/in/\(team.key.reveal())/alertmanager"
                    _ = try await client.post(path, Self.body(of: scene, at: SystemClock.now()))
                }
            }
            say("The storm is over, and search still needs somebody. The server goes on until you press Control-C.")
        } catch is CancellationError {
            return  // Control-C in the middle of it
        } catch {
            if !Task.isCancelled { say("the script ends early: \(Failure(error)?.sentence ?? "\(error)")") }
        }
    }

    private func awaitServer(_ client: Client) async throws {
        // The server is in this very process and needs a moment.
        for _ in 0..<100 {
            if let answer = try? await client.send("GET", "/livez"), answer.isGood { return }
            try await SystemClock.clockwork.sleep(.milliseconds(100))
        }
        throw Failure("the server did not come up")
    }

    /// The body of an Alertmanager webhook, version 4.
    static func body(of scene: Scene, at now: Instant) -> JSON {
        let status: JSON = scene.isFiring ? "firing" : "resolved"
        let alerts = scene.instances.map { number -> JSON in
            let instance = "\(scene.service.lowercased())-\(number)"
            return [
                "status": status,
                "labels": [
                    "alertname": .string(scene.alert), "severity": .string(scene.severity),
                    "service": .string(scene.service), "instance": .string(instance),
                ],
                "annotations": ["summary": .string("\(scene.alert) on \(instance)")],
                "startsAt": .string((now - .seconds(30)).rfc3339()),
                "endsAt": .string(scene.isFiring ? "0001-01-01T00:00:00Z" : now.rfc3339()),
                "generatorURL": "http://prometheus.example/graph",
                "fingerprint": .string("\(scene.alert)-\(instance)"),
            ]
        }
        return [
            "version": "4", "groupKey": .string("{}:{alertname=\"\(scene.alert)\"}"), "truncatedAlerts": 0,
            "status": status, "receiver": "tocsin", "groupLabels": ["alertname": .string(scene.alert)],
            "commonLabels": ["alertname": .string(scene.alert)], "commonAnnotations": [:],
            "externalURL": "http://alertmanager.example", "alerts": .array(alerts),
        ]
    }

    // MARK: The people

    /// Tells who is woken. The responder takes what reaches them, a few seconds later, as a person with a phone would.
    private func answerPagers() async {
        await withTaskGroup(of: Void.self) { group in
            for await ring in sink.rings {
                say("  \(ring.person)'s pager rings: \(ring.severity) \(ring.title)")
                guard ring.person == DemoTeam.responder else { continue }
                group.addTask { await take(ring) }
            }
        }
    }

    private func take(_ ring: PagerSink.Ring) async {
        do {
            try await SystemClock.clockwork.sleep(.seconds(4))
            let answer = try await Client.with(url, token: responderToken.token) { client in
                try await client.post("/api/v1/pages/\(PercentCoding.encode(ring.page))/acknowledge")
            }
            let isFirst = answer.json["first"]?.bool ?? false
            say("  \(ring.person) \(isFirst ? "takes" : "sees that somebody has") \(ring.title)")
        } catch {
            if !Task.isCancelled {
                say("  \(ring.person) could not take it: \(Failure(error)?.sentence ?? "\(error)")")
            }
        }
    }

    private func say(_ text: String) {
        let time = SystemClock.now().rfc3339().dropFirst(11).prefix(8)
        Terminal.say("\(time)  \(Wording.oneLine(text))")
    }
}

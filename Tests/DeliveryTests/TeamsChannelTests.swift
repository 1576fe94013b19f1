import Chronology
import Delivery
import Notation
import Testing

/// One after the other: the cases share two cores with everything else, and some of them wait for a limit to pass. The far end
/// speaks TLS, since the address of a workflow is one that starts with https.
@Suite(.serialized) struct TeamsChannelTests {
    private static func address(_ port: Int) -> String {
        "https://hooks.lab.example:\(port)/workflows/1/triggers/manual/paths/invoke?api-version=2016-06-01&sig=CANARY"
    }

    private static func attempt(
        _ status: Int, headers: [String] = [], _ change: (inout OutgoingMessage) -> Void = { _ in }
    ) async throws -> (result: AttemptResult, requests: [ChatFarEnd.Request]) {
        let server = try await ChatFarEnd(
            status, "CANARY", headers: headers, tls: try LabAuthority.shared.serverContext(.good))
        let result = await TeamsChannel(try ChatLab.client(server.port, trustingLab: true)).attempt(
            ChatLab.page(address(server.port), ChannelAccount(), change), now: ChatLab.now)
        try await server.stop()
        return (result, server.requests)
    }

    private static func card(_ requests: [ChatFarEnd.Request]) throws -> JSON {
        let attachments = try #require(requests.first).json["attachments"]
        return try #require(attachments?.array?.first?["content"])
    }

    private static func block(_ text: String) -> JSON {
        ["type": "TextBlock", "text": .string(text), "wrap": true, "spacing": "Small"]
    }

    // MARK: The request

    @Test func `a page is posted as a card with links`() async throws {
        let (result, requests) = try await Self.attempt(202)
        #expect(result == .accepted(detail: "HTTP 202", receipt: nil))
        let request = try #require(requests.first)
        #expect(requests.count == 1)
        #expect(
            request.line
                == "POST /workflows/1/triggers/manual/paths/invoke?api-version=2016-06-01&sig=CANARY HTTP/1.1")
        #expect(request.headers["content-type"] == "application/json; charset=utf-8")
        #expect(request.headers["x-ms-client-tracking-id"] == "dlv_01")
        #expect(
            try request.json == [
                "type": "message",
                "attachments": [
                    [
                        "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": .null,
                        "content": [
                            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                            "type": "AdaptiveCard", "version": "1.4",
                            "body": [
                                [
                                    "type": "TextBlock", "text": "\\[SEV1\\] INC-7 Disk full", "size": "Large",
                                    "weight": "Bolder", "wrap": true,
                                ],
                                Self.block("SEV1: Disk full"), Self.block("Service: db"),
                                [
                                    "type": "FactSet",
                                    "facts": [["title": "Sent", "value": "15 Nov 2024 21:11:40 UTC"]],
                                ],
                            ],
                            "actions": [
                                [
                                    "type": "Action.OpenUrl", "title": "Acknowledge",
                                    "url": "https://tocsin.example.com/ack/T0K",
                                ],
                                [
                                    "type": "Action.OpenUrl", "title": "Details",
                                    "url": "https://tocsin.example.com/incidents/INC-7",
                                ],
                                [
                                    "type": "Action.OpenUrl", "title": "Runbook",
                                    "url": "https://wiki.example.com/db_(disk)?a=1&b=2",
                                ],
                            ], "msteams": ["width": "Full"],
                        ],
                    ]
                ],
            ])
    }

    @Test func `a card without links has no buttons, and an id that no header takes is left out`() async throws {
        let (_, requests) = try await Self.attempt(202) { message in
            message.purpose = .test
            message.id = "a b"
            message.links = []
            message.text = "\n\n"
        }
        let card = try Self.card(requests)
        #expect(card["actions"] == nil)
        #expect(card["body"]?.array?.count == 2)
        #expect(requests.first?.headers["x-ms-client-tracking-id"] == nil)
    }

    @Test func `what users wrote is no markup`() async throws {
        let (_, requests) = try await Self.attempt(202) { message in
            message.subject = "*b*\u{2028}[l](http://x)"
            message.text = ChatLab.nasty
        }
        let body = try Self.card(requests)["body"]?.array
        #expect(body?[0]["text"]?.string == "\\*b\\* \\[l\\](http://x)")
        let text =
            "<\u{2060}!channel\\> <\u{2060}@\u{2060}U1\\|x\\> @\u{2060}everyone a@b.example \\*b\\* \\_i\\_ \\~s\\~ "
            + "\\`c\\` \\[l\\](http://x) \\> q \\# h \\| \\\\ & \"q\" 'a' r"
        #expect(body?[1] == Self.block(text))
    }

    @Test func `lines that do not fit are left out and counted`() async throws {
        let (_, requests) = try await Self.attempt(202) { message in
            message.text = (1...1_000).map { "\"\($0)\" ü_\\" }.joined(separator: "\n")
        }
        let request = try #require(requests.first)
        #expect((19_500...20_000).contains(request.body.count))
        let body = try #require(try Self.card(requests)["body"]?.array)
        // A title, lines, the line about the others, the facts.
        let shown = body.count - 3
        #expect(shown > 100)
        #expect(body[1] == Self.block("\"1\" ü\\_\\\\"))
        // No line is long enough to be shown in part.
        #expect(body[body.count - 2] == Self.block("… The last \(1_000 - shown) lines did not fit."))
    }

    @Test(arguments: ["x", "\"", "\\", "ü", "👩‍👩‍👧‍👦"])
    func `one long line is cut where the card is full`(character: String) async throws {
        let address = "https://tocsin.example.com/" + String(repeating: "x", count: 2_000)
        let (_, requests) = try await Self.attempt(202) { message in
            message.subject = String(repeating: character, count: 5_000)
            message.text = String(repeating: character, count: 100_000) + "\nlast"
            message.links = (1...9).map { .init(label: "\($0)", address: address + "\($0)") }
            message.acknowledgement?.link = address
        }
        let request = try #require(requests.first)
        #expect((15_000...20_000).contains(request.body.count))
        let card = try Self.card(requests)
        let body = try #require(card["body"]?.array)
        #expect(body[0]["text"]?.string?.hasSuffix("…") == true)
        #expect(body[1]["text"]?.string?.hasSuffix("…") == true)
        #expect(body.count == 4)
        // The links that have no button are lines of the text, and those are left out.
        #expect(body[2] == Self.block("… The last 5 lines did not fit."))
        let links = card["actions"]?.array?.map { $0["url"]?.string }
        #expect(links == [address] + (1...5).map { address + "\($0)" })
    }

    // MARK: The answer

    @Test(arguments: [
        (200, "X: y", AttemptResult.accepted(detail: "HTTP 200", receipt: nil)),
        (302, "Location: https://x.example/", .permanent(reason: "HTTP 302: redirects are not followed")),
        (400, "X: y", .permanent(reason: "HTTP 400: the far end refused the message")),
        (401, "X: y", .permanent(reason: "HTTP 401: the far end does not accept the key")),
        (404, "X: y", .permanent(reason: "HTTP 404: the far end does not know this destination")),
        (413, "X: y", .permanent(reason: "HTTP 413: the far end refused the message")),
        (429, "Retry-After: 9", .transient(reason: "HTTP 429", retryAfter: .seconds(9))),
        (502, "X: y", .transient(reason: "HTTP 502", retryAfter: nil)),
    ])
    func `an answer says how the attempt ended (F14)`(
        status: Int, header: String, expected: AttemptResult
    ) async throws {
        let (result, _) = try await Self.attempt(status, headers: [header])
        #expect(result == expected)
    }

    @Test func `a far end that breaks off may have taken it`() async throws {
        let tls = try LabAuthority.shared.serverContext(.good)
        for (name, behaviour, _) in ChatLab.broken {
            let result = try await ChatLab.attempt(at: behaviour, tls: tls, TeamsChannel.init) {
                ChatLab.page(Self.address($0))
            }
            guard case .unknown(let reason) = result else {
                Issue.record("\(name): \(result)")
                continue
            }
            #expect(!reason.contains("CANARY") && reason.hasPrefix("127.0.0.1: "))
        }
    }

    @Test func `an answer without its end is an answer`() async throws {
        let tls = try LabAuthority.shared.serverContext(.good)
        let result = try await ChatLab.attempt(at: ChatLab.truncated, tls: tls, TeamsChannel.init) {
            ChatLab.page(Self.address($0))
        }
        #expect(result == .accepted(detail: "HTTP 200", receipt: nil))
    }

    // MARK: Checks

    @Test(arguments: [
        "https://prod-00.westeurope.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke?sig=x",
        "https://default00.0f.environment.api.powerplatform.com/powerautomate/automations/direct/workflows/1?sig=x",
        "https://gateway.example.com/teams",
        "https://webhook.office.com.example.com/x", "https://notwebhook.office.com/x",
    ])
    func `a workflow is a destination`(destination: String) throws {
        try TeamsChannel.check(destination: destination, secret: nil)
    }

    @Test(arguments: [
        "https://example.webhook.office.com/webhookb2/CANARY", "https://webhook.office.com/CANARY",
        "https://EXAMPLE.Webhook.Office.COM/CANARY", "https://outlook.office.com/webhook/CANARY",
        "https://outlook.office365.com/webhook/CANARY",
    ])
    func `a connector is refused with what to do instead`(destination: String) async throws {
        let reason = """
            this is the address of an Office 365 connector, which Microsoft is retiring: make a workflow \
            "When a Teams webhook request is received" in the channel and use its address
            """
        #expect(throws: InputFault(at: "destination", reason)) {
            try TeamsChannel.check(destination: destination, secret: nil)
        }
        #expect(
            await TeamsChannel(try ChatLab.client(443)).attempt(ChatLab.page(destination), now: ChatLab.now)
                == .permanent(reason: reason, by: .tocsin))
    }

    @Test(arguments: ["", "prod.logic.azure.com/CANARY", "http://prod.logic.azure.com/CANARY", "https://x/ CANARY"])
    func `another address is refused without being repeated`(destination: String) {
        let fault = #expect(throws: InputFault.self) {
            try TeamsChannel.check(destination: destination, secret: nil)
        }
        #expect(fault?.place == "destination")
        #expect(fault?.reason.contains("CANARY") == false)
    }

    @Test func `the far end is named without the key`() throws {
        let channel = TeamsChannel(try ChatLab.client(443))
        #expect(channel.farEnd(of: Self.address(443)) == "https://hooks.lab.example:443")
        #expect(channel.farEnd(of: "CANARY") == "teams")
    }
}

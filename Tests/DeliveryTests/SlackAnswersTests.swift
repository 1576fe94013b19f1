import Chronology
import Delivery
import Notation
import Testing

/// What Slack posts when somebody has pressed a button.
@Suite struct SlackAnswersTests {
    private static let account = ChannelAccount(
        secrets: ["token": Secret("xoxb-1"), "signingSecret": Secret("8f742231b10e8888abcd99yyyzzz85a5")],
        callback: ChatLab.callback)

    /// As Slack posts it. The signatures below were made with the key of its documentation's example.
    private static func pressed(
        _ action: String = "tocsin_ack", value: String = "dlv_01", user: String = "U0ANA",
        type: String = "block_actions"
    ) -> [UInt8] {
        let payload: JSON = [
            "type": .string(type), "user": ["id": .string(user), "username": "ana"],
            "actions": [
                ["action_id": .string(action), "block_id": "a1", "value": .string(value), "type": "button"]
            ],
        ]
        return Array(FormText.encode([("payload", payload.text)]).utf8)
    }

    /// The vendor's own example, byte for byte ("Verifying requests from Slack").
    private static let exampleBody = Array(
        ("token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar"
            + "&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com"
            + "%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
            + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c").utf8)
    private static let exampleSignature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"

    private static func call(
        _ body: [UInt8], signature: String, timestamp: String = "1531420618", path: String = "interactive",
        at now: Instant = Instant(seconds: 1_531_420_618), account: ChannelAccount = account
    ) -> InboundCall {
        ChatLab.call(
            path, body: body,
            headers: [("x-slack-request-timestamp", timestamp), ("X-SLACK-SIGNATURE", signature)], account: account,
            now: now)
    }

    @Test(arguments: [
        (
            "tocsin_ack", "v0=9bc75cdab03e075a6c504fac22b182530cc52dd5b392d90f589c34ad449d5f48",
            [Said.acknowledge(.reference("dlv_01", from: "U0ANA"))]
        ),
        (
            "tocsin_escalate", "v0=ffb23f27f2ef04e9a16da215da6cab698eb662eebc63858cd62aadd966ed2076",
            [.escalate(.reference("dlv_01", from: "U0ANA"))]
        ),
        ("tocsin_open_1", "v0=e20ec2b2b199e940c6cf9359a1416e397710e25fd1edfb5ec695dd323a037eba", []),
    ])
    func `a signed button says what it is for`(action: String, signature: String, expected: [Said]) throws {
        #expect(try SlackChannel.read(Self.call(Self.pressed(action), signature: signature)) == expected)
    }

    @Test func `what is not a button says nothing`() throws {
        #expect(
            try SlackChannel.read(
                Self.call(
                    Self.pressed(type: "view_closed"),
                    signature: "v0=1c49d993838542dc897dc47178ca26a3a2da1c478f38c86ffc79acc50aaad4f6")) == [])
    }

    @Test(arguments: [
        (0, true), (300, true), (-300, true), (301, false), (-301, false), (86_400, false),
    ])
    func `a signature is good for five minutes (S79)`(seconds: Int64, isGood: Bool) {
        let call = Self.call(
            Self.pressed(), signature: "v0=9bc75cdab03e075a6c504fac22b182530cc52dd5b392d90f589c34ad449d5f48",
            at: Instant(seconds: 1_531_420_618 + seconds))
        if isGood {
            #expect(throws: Never.self) { try SlackChannel.read(call) }
        } else {
            #expect(throws: InboundFault.unproven("X-Slack-Request-Timestamp is more than 300 s away")) {
                try SlackChannel.read(call)
            }
        }
    }

    @Test func `the vendor's own example is proven and is no button (S79)`() {
        // The proof is looked at first: this is what is said about a proven body without a payload.
        #expect(throws: InboundFault.unreadable("there is no field payload in the form")) {
            try SlackChannel.read(Self.call(Self.exampleBody, signature: Self.exampleSignature))
        }
        var changed = Self.exampleBody
        changed[changed.count - 1] ^= 1
        #expect(throws: InboundFault.unproven("X-Slack-Signature is not of this signing secret")) {
            try SlackChannel.read(Self.call(changed, signature: Self.exampleSignature))
        }
    }

    @Test(arguments: [
        "", "v0=", "v1=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
        "a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b5",
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b50",
        "v0=z2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    ])
    func `what is no signature proves nothing`(signature: String) {
        #expect(throws: InboundFault.unproven("X-Slack-Signature is not a signature")) {
            try SlackChannel.read(Self.call(Self.exampleBody, signature: signature))
        }
    }

    @Test(arguments: ["", "now", "-1531420618", "1531420618.0", "99999999999999999999", "9999999999999"])
    func `what is no time proves nothing`(timestamp: String) {
        #expect(throws: InboundFault.unproven("X-Slack-Request-Timestamp is not a time")) {
            try SlackChannel.read(
                Self.call(Self.exampleBody, signature: Self.exampleSignature, timestamp: timestamp))
        }
    }

    @Test func `without a signing secret or the right path nothing is read`() {
        #expect(throws: InboundFault.unproven("no signing secret of Slack is set")) {
            try SlackChannel.read(
                Self.call(
                    Self.exampleBody, signature: Self.exampleSignature,
                    account: ChannelAccount(secrets: ["token": Secret("xoxb-1")])))
        }
        #expect(throws: InboundFault.unknownPath) {
            try SlackChannel.read(
                Self.call(Self.exampleBody, signature: Self.exampleSignature, path: "events"))
        }
    }

    @Test(arguments: [
        (
            "a b", "U0ANA", "v0=be6438fc4ae7e47c24111b24a283277997ae2e2326b5fa58523ca9a13133c278",
            "the button carries no reference"
        ),
        (
            "dlv_01", "ana", "v0=d6c0ed75a50316e9d6e5a397e0daf2531b174cc3ceb0c9e9c138b9da8b81e54c",
            "it does not say who pressed the button"
        ),
    ])
    func `a button that is not ours is not read`(value: String, user: String, signature: String, reason: String) {
        #expect(throws: InboundFault.unreadable(reason)) {
            try SlackChannel.read(Self.call(Self.pressed(value: value, user: user), signature: signature))
        }
    }

    @Test func `whoever pressed it is told what came of it`() {
        let call = Self.call([], signature: "")
        #expect(SlackChannel.response(to: call, outcome: nil) == InboundResponse())
        #expect(
            SlackChannel.response(to: call, outcome: "Ben <!here> has it.")
                == InboundResponse(
                    contentType: "application/json; charset=utf-8",
                    body:
                        #"{"response_type":"ephemeral","replace_original":false,"text":"Ben &lt;!here&gt; has it."}"#))
    }
}

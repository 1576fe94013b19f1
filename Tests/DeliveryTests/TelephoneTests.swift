import Chronology
import Delivery
import Notation
import Testing

/// Numbers, what a text message holds, and what a telephone's far end says, without a network.
@Suite struct TelephoneTests {
    private static func account(_ provider: String = "twilio") -> ChannelAccount {
        ChannelAccount(
            settings: [
                "provider": provider, "accountSid": "AC" + String(repeating: "0", count: 32), "from": "+15005550006",
                "url": "https://gateway.example/send",
            ],
            secrets: ["authToken": Secret("12345"), "token": Secret("gateway")],
            callback: "https://mycompany.com/in/channels/sms/secret")
    }

    private static func call(
        _ path: String, _ body: String, _ headers: [(name: String, value: String)] = [], provider: String = "twilio"
    ) -> InboundCall {
        InboundCall(
            method: "POST", url: "https://mycompany.com/myapp.php?foo=1&bar=2", path: path, headers: headers,
            body: Array(body.utf8), account: account(provider), now: .epoch)
    }

    // MARK: Numbers

    @Test(arguments: ["+4915112345678", "+15005550006", "+123456789012345"])
    func `a number of E_164 is taken`(text: String) {
        #expect(PhoneNumber(text)?.text == text)
    }

    @Test(arguments: [
        "", "+", "4915112345678", "+049151123456", "+49 151 12345678", "+49-151-1234567", "+1234567",
        "+1234567890123456", "+4915112345678\n", "+４９１５１１２３４５６７", "0015005550006",
    ])
    func `what is no number of E_164 is not`(text: String) {
        #expect(PhoneNumber(text) == nil)
        #expect(throws: InputFault.self) { try SMSChannel.check(destination: text, secret: nil) }
    }

    @Test func `an account says what its provider cannot do without`() {
        var account = Self.account()
        #expect(throws: Never.self) { try SMSChannel.check(account: account) }
        account.settings["from"] = nil
        #expect(throws: InputFault(at: "from", "say which number it is sent from")) {
            try SMSChannel.check(account: account)
        }
        account.settings["messagingServiceSid"] = "MG1"
        #expect(throws: Never.self) { try SMSChannel.check(account: account) }
        account.settings["provider"] = "http"
        account.secrets = [:]
        #expect(throws: InputFault(at: "token", "it is needed for this provider")) {
            try SMSChannel.check(account: account)
        }
    }

    // MARK: What comes back

    /// The example of Twilio's own documents: the token 12345, the address above and these fields.
    private static let example =
        "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212"
    private static let signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8="

    @Test func `the signature of Twilio's own example is right, and no other is`() {
        func fault(_ body: String, _ signature: String?) -> InboundFault? {
            let headers = signature.map { [(name: "X-Twilio-Signature", value: $0)] } ?? []
            do throws(InboundFault) {
                _ = try SMSChannel.read(Self.call("status", body, headers))
                return nil
            } catch { return error }
        }
        #expect(fault(Self.example, Self.signature) == nil)
        #expect(fault(Self.example + "&To=%2B1", Self.signature) == .unproven("the signature is not right"))
        #expect(fault(Self.example, "AAAA" + Self.signature.dropFirst(4)) == .unproven("the signature is not right"))
        #expect(fault(Self.example, "not base 64") == .unproven("the signature is not right"))
        #expect(fault(Self.example, nil) == .unproven("the signature is missing"))
    }

    private static let bearer: [(name: String, value: String)] = [("Authorization", "Bearer gateway")]

    @Test(
        arguments: [
            (
                "{\"from\": \"+4915112345678\", \"text\": \" ack 0042 \"}",
                Said.acknowledge(.code("0042", from: "+4915112345678"))
            ),
            ("{\"from\": \"+4915112345678\", \"text\": \"OK\"}", .acknowledge(.only(from: "+4915112345678"))),
            (
                "{\"from\": \"+4915112345678\", \"text\": \"esc 1234\"}",
                .escalate(.code("1234", from: "+4915112345678"))
            ),
            (
                "{\"from\": \"+4915112345678\", \"text\": \"Stop\"}",
                .gone(destination: "+4915112345678", reason: "the receiver asked for no more messages")
            ),
            (
                "{\"from\": \"+4915112345678\", \"text\": \"ack 42 please\"}",
                .unclear(from: "+4915112345678", words: "ack 42 please")
            ),
            ("{\"from\": \"+4915112345678\", \"text\": \"\"}", .unclear(from: "+4915112345678", words: "")),
        ] as [(String, Said)])
    func `a reply is read as it was meant`(body: String, said: Said) throws {
        #expect(try SMSChannel.read(Self.call("reply", body, Self.bearer, provider: "http")) == [said])
    }

    @Test(arguments: [
        ("status", "{\"state\": \"delivered\"}"), ("status", "{\"id\": \"1\", \"state\": \"perhaps\"}"),
        ("reply", "{\"from\": \"me\"}"), ("digit", "{\"digit\": \"4\"}"), ("status", "[]"), ("status", ""),
    ])
    func `what a gateway says and cannot be read is refused`(path: String, body: String) {
        #expect(throws: InboundFault.self) {
            try SMSChannel.read(Self.call(path, body, Self.bearer, provider: "http"))
        }
    }

    @Test func `a gateway without its token is not believed, and other paths are not there`() {
        #expect(throws: InboundFault.unproven("the token is missing")) {
            try SMSChannel.read(Self.call("reply", "{}", [], provider: "http"))
        }
        #expect(throws: InboundFault.unproven("the token is not right")) {
            try SMSChannel.read(Self.call("reply", "{}", [("Authorization", "Bearer gateway2")], provider: "http"))
        }
        #expect(throws: InboundFault.unknownPath) {
            try SMSChannel.read(Self.call("other", "{}", Self.bearer, provider: "http"))
        }
    }

    @Test func `keys take the page or ask for help, and no other key does anything`() throws {
        func said(_ digit: String) throws -> [Said] {
            try VoiceChannel.read(
                Self.call(
                    "digit", "{\"reference\": \"dlv_1\", \"digit\": \"\(digit)\"}", Self.bearer, provider: "http"))
        }
        #expect(try said("4") == [.acknowledge(.reference("dlv_1", from: nil))])
        #expect(try said("5") == [.escalate(.reference("dlv_1", from: nil))])
        #expect(try said("1") == [])
        #expect(try said("44") == [])
    }

    @Test func `what is said back is no markup, whatever the title holds`() {
        let answer = VoiceChannel.response(to: Self.call("digit", ""), outcome: "Acknowledged: <Dial>+1</Dial> & \"x\"")
        #expect(answer.contentType.hasPrefix("text/xml"))
        #expect(
            answer.body
                == "<Response><Say>Acknowledged: &lt;Dial&gt;+1&lt;/Dial&gt; &amp; &quot;x&quot;</Say><Hangup/></Response>"
        )
    }
}

import Delivery
import Notation
import Testing

@Suite struct SecretTests {
    @Test func `a secret prints as stars however it is printed (S70)`() {
        struct Holder {
            let secret: Secret
            let optional: Secret?
            let list: [Secret]
        }
        let secret = Secret("canary")
        let holder = Holder(secret: secret, optional: secret, list: [secret])
        var dumped = ""
        dump(holder, to: &dumped)
        let printed = ["\(secret)", String(reflecting: secret), "\(holder)", String(reflecting: holder), dumped]
        for text in printed { #expect(text.contains("***") && !text.contains("canary")) }
        #expect(secret.reveal() == "canary")
    }

    @Test func `settings with a password print without it`() throws {
        let settings = try SMTPSettings(
            host: "relay.example", port: 587, username: "tocsin", password: Secret("canary"), from: "a@example.com")
        var dumped = ""
        dump(settings, to: &dumped)
        #expect(!dumped.contains("canary") && !"\(settings)".contains("canary"))
    }

    @Test(arguments: [
        ("", 587, "a@example.com", "host"), ("127.1", 587, "a@example.com", "host"),
        ("a b", 587, "a@example.com", "host"),
        ("relay\r\n.example", 587, "a@example.com", "host"), ("relay.example", 0, "a@example.com", "port"),
        ("relay.example", 65_536, "a@example.com", "port"), ("relay.example", 587, "nobody", "address"),
    ])
    func `settings that cannot work are refused`(host: String, port: Int, from: String, place: String) {
        let fault = #expect(throws: InputFault.self) { try SMTPSettings(host: host, port: port, from: from) }
        #expect(fault?.place == place)
    }

    @Test func `a signing key prints without its bytes`() throws {
        let key = try WebhookKey(Secret("whsec_Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5"))
        var dumped = ""
        dump(key, to: &dumped)
        #expect("\(key)" == "***" && !dumped.contains("99"))
    }
}

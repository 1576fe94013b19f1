import Chronology
import Delivery
import Notation
import Testing

/// S40: where Tocsin may not be led. §4.3, points 1, 2 and 5.
@Suite struct EgressGuardTests {
    private static func message(to destination: String) -> OutgoingMessage {
        OutgoingMessage(
            id: "dlv_1", destination: destination, thread: "pag_1", subject: "s", text: "t", type: "page.opened",
            created: .epoch, secrets: [WebhookKey.makeSecret()])
    }

    private static func refusal(of address: String, by egress: EgressGuard) async -> String? {
        do {
            let url = try egress.url(address)
            _ = try await egress.vet(url)
            return nil
        } catch let fault as InputFault {
            return fault.reason
        } catch EgressFailure.refused(let reason) {
            return reason
        } catch {
            return nil
        }
    }

    @Test func `an address from the corpus is refused with a reason and never connected to`() async throws {
        let server = try await WebServerDouble(.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
        let settings = EgressSettings(allowedPorts: [80, 443, server.port])
        let resolver = StubResolver(EgressCorpus.names)
        let egress = EgressGuard(settings: settings, resolver: resolver)
        let channel = WebhookChannel(try EgressClient(egress))
        #expect(EgressCorpus.all.count > 200)
        #expect(Set(EgressCorpus.all).count == EgressCorpus.all.count)
        for entry in EgressCorpus.all {
            let address = entry.replacing("PORT", with: "\(server.port)")
            // The guard is asked first, so that an address it let through is reported and not connected to.
            guard let refusal = await Self.refusal(of: address, by: egress) else {
                Issue.record("\(address.debugDescription) was let through")
                continue
            }
            #expect(
                !refusal.isEmpty && refusal.unicodeScalars.allSatisfy { $0.value >= 0x20 }, "\(entry.debugDescription)")
            let result = await channel.attempt(Self.message(to: address), now: .epoch)
            #expect(result == .permanent(reason: refusal, by: .tocsin), "\(entry.debugDescription)")
        }
        #expect(server.connections == 0)
        try await server.stop()
    }

    @Test(arguments: [
        ("https://hooks.example.com", "https://hooks.example.com/"),
        ("HTTPS://Hooks.Example.COM:443/A?b=C", "https://hooks.example.com/A?b=C"),
        ("http://example.com:8080/x", "http://example.com:8080/x"),
        ("http://93.184.216.34?q", "http://93.184.216.34/?q"),
        ("https://[2606:2800:0220:0001::0:1]/", "https://[2606:2800:220:1::1]/"),
        (
            "https://xn--bcher-kva.example/%C3%A4/a%2Fb?x=..&y=%2e%2e",
            "https://xn--bcher-kva.example/%C3%A4/a%2Fb?x=..&y=%2e%2e"
        ),
        ("https://example.com/a..b/.well-known/x", "https://example.com/a..b/.well-known/x"),
        ("https://3com.example/~user/T0/B1:x;y", "https://3com.example/~user/T0/B1:x;y"),
    ])
    func `a plain address is read, and written in one way`(given: String, written: String) throws {
        #expect(try EgressGuard(resolver: StubResolver([:])).url(given).text == written)
        #expect(try EgressURL(written).text == written)
    }

    @Test func `a printed address holds neither path nor query`() throws {
        #expect(
            "\(try EgressURL("https://hooks.example.com/services/KEY?token=KEY"))" == "https://hooks.example.com:443")
    }

    @Test func `an address longer than the limit is refused`() {
        let long = "https://example.com/" + String(repeating: "a", count: EgressURL.longest)
        #expect(throws: InputFault(at: "url", "the address is longer than 2048 bytes")) { try EgressURL(long) }
    }

    @Test func `an inner network is reached only when it was opened`() async throws {
        let resolver = StubResolver(["inside.example": [["10.1.2.3"]], "mixed.example": [["10.1.2.3", "10.9.9.9"]]])
        let open = EgressGuard(
            settings: EgressSettings(allowedNetworks: [try CIDR("10.1.0.0/16")]), resolver: resolver)
        #expect(try await open.vet(open.url("http://inside.example/")) == [try #require(IPAddress("10.1.2.3"))])
        await #expect(
            throws: EgressFailure.refused("mixed.example: 10.9.9.9 is not on the public internet (a private network)")
        ) {
            try await open.vet(open.url("http://mixed.example/"))
        }
    }

    @Test func `a cloud's credentials are opened only by naming that one address`() throws {
        let address = try #require(IPAddress("169.254.169.254"))
        for (network, isOpen) in [("0.0.0.0/0", false), ("169.254.0.0/16", false), ("169.254.169.254/32", true)] {
            let egress = EgressGuard(settings: EgressSettings(allowedNetworks: [try CIDR(network)]))
            #expect((egress.refusal(of: address, port: 80) == nil) == isOpen, "\(network)")
        }
    }

    @Test func `Tocsin does not call itself even where the network is open`() throws {
        let loopback = try #require(IPAddress("127.0.0.1"))
        let any = try #require(IPAddress("0.0.0.0"))
        for listener in [loopback, any] {
            let egress = EgressGuard(
                settings: EgressSettings(
                    allowedNetworks: [try CIDR("127.0.0.0/8")], allowedPorts: [8080, 8443],
                    ownListeners: [.init(address: listener, port: 8080)]))
            #expect(egress.refusal(of: loopback, port: 8080) == "127.0.0.1 port 8080 is Tocsin itself")
            #expect(egress.refusal(of: loopback, port: 8443) == nil)
        }
    }

    @Test func `a name that moves inside between save and send is refused without a connection`() async throws {
        let server = try await WebServerDouble(.answer("HTTP/1.1 200 OK\r\n\r\n"))
        let resolver = StubResolver(["moves.example": [["93.184.216.34"], ["127.0.0.1"]]])
        let egress = EgressGuard(settings: EgressSettings(allowedPorts: [server.port]), resolver: resolver)
        let channel = WebhookChannel(try EgressClient(egress))
        let address = "http://moves.example:\(server.port)/"
        #expect(try await egress.vet(egress.url(address)) == [try #require(IPAddress("93.184.216.34"))])
        #expect(
            await channel.attempt(Self.message(to: address), now: .epoch)
                == .permanent(
                    reason: "moves.example: 127.0.0.1 is not on the public internet (this host)", by: .tocsin))
        #expect(server.connections == 0)
        try await server.stop()
    }

    @Test func `the connection uses the answer that was vetted and does not ask again`() async throws {
        let server = try await WebServerDouble(.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
        // A second question would be answered with an address where nobody listens.
        let resolver = StubResolver(["moves.example": [["127.0.0.1"], ["127.0.0.2"]]])
        let settings = EgressSettings(allowedNetworks: [try CIDR("127.0.0.0/8")], allowedPorts: [server.port])
        let channel = WebhookChannel(try EgressClient(EgressGuard(settings: settings, resolver: resolver)))
        let result = await channel.attempt(Self.message(to: "http://moves.example:\(server.port)/"), now: .epoch)
        #expect(result == .accepted(detail: "HTTP 200", receipt: nil))
        #expect(resolver.asked == ["moves.example"])
        #expect(server.requests.first?.headers["host"] == "moves.example:\(server.port)")
        try await server.stop()
    }

    @Test(arguments: [
        ("10.0.0.1", "10.0.0.1"), ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("1:0:0:2::", "1:0:0:2::"),
        ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("0:0:0:0:0:ffff:1.2.3.4", "1.2.3.4"),
        ("64:ff9b::1.2.3.4", "64:ff9b::102:304"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
    ])
    func `an address is written in its recommended form (RFC 5952)`(given: String, written: String) throws {
        #expect("\(try #require(IPAddress(given)))" == written)
    }

    @Test(arguments: [
        "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "fd00::/129", "/8", "", "10.0/8", "0x0a.0.0.0/8",
    ])
    func `a network that is not clear is refused`(text: String) {
        #expect(throws: InputFault.self) { try CIDR(text) }
    }

    @Test func `a relay that an operator named may be inside but not nobody`() async throws {
        let resolver = StubResolver(["relay.example": [["10.0.0.25", "0.0.0.0"]], "zero.example": [["0.0.0.0"]]])
        let egress = EgressGuard(resolver: resolver)
        #expect(try await egress.operatorAddresses(of: "relay.example") == [try #require(IPAddress("10.0.0.25"))])
        await #expect(throws: EgressFailure.refused("zero.example has no address that a server can have")) {
            try await egress.operatorAddresses(of: "zero.example")
        }
    }
}

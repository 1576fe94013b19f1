import Chronology
import Delivery
import Notation
import Testing

/// Forms, waits, addresses and keys: what the channels share.
@Suite struct VendorWireTests {
    @Test(arguments: [
        ("a b", "a+b"), ("1+1=2&x", "1%2B1%3D2%26x"), ("Schlüssel", "Schl%C3%BCssel"), ("*-._", "*-._"), ("~", "%7E"),
        ("", ""),
    ])
    func `a form's value is written as WHATWG says, and read back as it was`(value: String, written: String) {
        #expect(FormText.encode([("k", value)]) == "k=\(written)")
        #expect(FormText.decode(Array("k=\(written)".utf8))?.first?.value == value)
    }

    @Test func `a form keeps its order and its repeated names, and a broken one is none`() {
        let fields = FormText.decode(Array("b=2&a=1&b=3&c&=x".utf8))
        #expect(fields?.map(\.name) == ["b", "a", "b", "c", ""])
        #expect(fields?.map(\.value) == ["2", "1", "3", "", "x"])
        #expect(FormText.decode(Array("a=%F".utf8)) == nil)
        #expect(FormText.decode(Array("a=%zz".utf8)) == nil)
        #expect(FormText.decode(Array("a=%ff".utf8)) == nil, "not UTF-8")
        #expect(FormText.decode(Array(String(repeating: "a&", count: 300).utf8)) == nil, "too many")
        #expect(FormText.decode([])?.isEmpty == true)
    }

    @Test(
        arguments: [
            ("0", 0), ("7", 7), ("1.5", 2), ("99999999999999999999", 3_600), ("86400", 3_600),
            ("Thu, 01 Jan 1970 00:00:30 GMT", 30), ("Wed, 31 Dec 1969 23:59:00 GMT", 0),
        ] as [(String, Int64)])
    func `a far end's wish to be left alone is read and capped`(text: String, seconds: Int64) {
        #expect(RetryAfter.read(text, now: .epoch) == .seconds(seconds))
    }

    @Test(arguments: ["", "soon", "-1", "1.2.3", "1,5", "٣"])
    func `a wish that cannot be read is none`(text: String) {
        #expect(RetryAfter.read(text, now: .epoch) == nil)
    }

    @Test func `base 64 for addresses has one spelling`() {
        for count in 0..<40 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ 191) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
        #expect(Base64URL.encode([0xfb, 0xff]) == "-_8")
        #expect(Base64URL.decode("-_9") == nil, "bits that are not written")
        #expect(Base64URL.decode("+/8=") == nil)
    }

    @Test func `the server's key gives a browser the point of its curve`() throws {
        // The key of RFC 8292's neighbour, RFC 8291 appendix A: the application server's pair.
        let vapid = try VAPID(Secret("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
        #expect(
            vapid.publicKey
                == "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8")
        #expect(throws: InputFault.self) { try VAPID(Secret("short")) }
        #expect(try VAPID(VAPID.makePrivateKey()).publicKey.utf8.count == 87)
    }

    @Test(arguments: [
        (
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4.BTBZMqHH6r4Tts7J_aSIgg",
            true
        ),
        ("BTBZMqHH6r4Tts7J_aSIgg", false), ("a.b", false), ("", false),
        (String(repeating: "A", count: 87) + ".BTBZMqHH6r4Tts7J_aSIgg", false),
    ])
    func `a subscription's keys are a point of the curve and sixteen bytes`(keys: String, isRight: Bool) {
        var taken = true
        do { try WebPushChannel.check(destination: "https://push.example/1", secret: Secret(keys)) } catch {
            taken = false
        }
        #expect(taken == isRight)
    }

    @Test func `every kind of channel describes itself, each by a word of its own`() {
        let descriptors = ChannelKinds.all.map { $0.descriptor }
        #expect(Set(descriptors.map(\.kind)).count == descriptors.count)
        for descriptor in descriptors {
            #expect(!descriptor.about.isEmpty && !descriptor.label.isEmpty, "\(descriptor.kind)")
            #expect((1...2).contains(descriptor.fields.count), "\(descriptor.kind)")
            #expect(descriptor.fields.first?.isSecret == false && descriptor.fields.dropFirst().allSatisfy(\.isSecret))
            #expect(descriptor.limits.attemptTime < .seconds(40), "an attempt must be shorter than its lease")
            #expect(Set(descriptor.account.map(\.name)).count == descriptor.account.count)
        }
    }
}

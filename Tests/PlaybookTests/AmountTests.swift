import Playbooks
import Testing

@Suite struct AmountTests {
    @Test(
        arguments: [
            ("0", 0, false), ("10000", 10_000_000_000, false), ("-1.5", -1_500_000, false), ("99.9%", 99_900_000, true),
            ("0.000001", 1, false), ("999999999999", 999_999_999_999_000_000, false), ("0.5%", 500_000, true),
        ] as [(String, Int64, Bool)])
    func `a number is exact and prints as it was`(_ text: String, _ millionths: Int64, _ isPercent: Bool) {
        let amount = Amount(millionths: millionths, isPercent: isPercent)
        #expect(Amount(text) == amount)
        #expect(amount.description == text)
    }

    @Test(arguments: [
        "", "%", ".5", "5.", "1.0000001", "1e3", "0x1", "1,000", "+1", "1000000000000", "--1", "1 %", "many",
    ])
    func `what is no plain number is none`(_ text: String) {
        #expect(Amount(text) == nil)
    }
}

import Chronology
import Notation

// Which emergencies somebody has acknowledged in the app, where Pushover cannot call back.
extension PushoverChannel {
    /// How many receipts one asking looks at, one after the other; the next asking goes on with those behind them.
    static let mostReceipts = 20
    /// Between two requests for one receipt, by the vendor's rule (pushover.net/api/receipts: "no faster than once every 5
    /// seconds"). It is kept between askings.
    static let pause = Duration.seconds(5)

    /// Between two askings the cursor keeps when the last request was made and which receipt it was for, so that the rule is
    /// kept and every receipt has its turn, whichever node asks. Too early, nothing is asked and nothing was said.
    public func listen(
        _ account: ChannelAccount, cursor: String?, receipts: [String], now: Instant
    ) async -> PolledChannelAnswer {
        let last = Turn(cursor)
        // A clock that was set back must not silence the channel.
        if let last, last.asked <= now, now - last.asked < Self.pause { return PolledChannelAnswer(cursor: cursor) }
        guard let token = account.secret("token") else { return PolledChannelAnswer(cursor: cursor) }
        var found = PolledChannelAnswer(cursor: cursor)
        let clock = ContinuousClock()
        let start = clock.now
        for (number, receipt) in Self.inTurn(receipts, after: last?.receipt).enumerated() {
            let elapsed = clock.now - start
            // The first always has its turn.
            if number > 0, elapsed >= patience { break }
            found.cursor = Turn(asked: now + elapsed, receipt: receipt).text
            switch await ask(receipt, account, token) {
            case .acknowledged: found.said.append(.acknowledge(.receipt(receipt)))
            case .nothing: break
            case .fault(let reason):
                found.fault = reason
                return found
            }
        }
        return found
    }

    private enum Finding {
        case acknowledged, nothing
        /// The account is at fault, or Pushover is: other receipts would fare no better.
        case fault(String)
    }

    private func ask(_ receipt: String, _ account: ChannelAccount, _ token: Secret) async -> Finding {
        do throws(InputFault) {
            let path = "/1/receipts/\(receipt).json?token=\(FormText.percentEncode(token.reveal()))"
            let url = try vendor.url(account, "https://api.pushover.net", path)
            switch await vendor.ask(EgressRequest(method: .get, url: url, wantsBody: true)) {
            case .success(let answer):
                let json = Vendor.json(answer)
                if answer.status == 200 {
                    let isDone = json?["status"]?.integer == 1 && json?["acknowledged"]?.integer == 1
                    return isDone ? .acknowledged : .nothing
                }
                // A week after its message a receipt can no longer be asked about, which is nobody's fault.
                let isUnknown = answer.status == 404 || json?["receipt"] != nil
                return isUnknown ? .nothing : .fault("HTTP \(answer.status)")
            case .failure(let silence): return .fault(silence.reason)
            }
        } catch { return .fault(error.reason) }
    }

    /// Those that one asking looks at, beginning behind the one that the last ended with.
    private static func inTurn(_ receipts: [String], after last: String?) -> [String] {
        let receipts = receipts.filter { $0.isWord }
        let start = last.flatMap { receipts.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
        return Array((receipts[start...] + receipts[..<start]).prefix(mostReceipts))
    }

    /// The last request: `1731705121000000.RECEIPT`.
    private struct Turn {
        let asked: Instant
        let receipt: String

        init(asked: Instant, receipt: String) {
            self.asked = asked
            self.receipt = receipt
        }

        /// nil: there was none, or another version wrote it.
        init?(_ cursor: String?) {
            let parts = cursor?.split(separator: ".", maxSplits: 1) ?? []
            guard parts.count == 2, let microseconds = Int64(parts[0]), microseconds >= 0 else { return nil }
            asked = Instant(microseconds: microseconds)
            receipt = String(parts[1])
        }

        var text: String { "\(asked.microseconds).\(receipt)" }
    }
}

/// How many messages are on their way to each far end, and which far ends have fallen silent. A slow or dead one has its
/// share of the attempts that a node makes at once and no more, so that it does not hold up messages to the others (R17).
struct FarEnds {
    private var underWay: [String: Int] = [:]
    private var silent: Set<String> = []

    /// Messages on their way, over all far ends.
    var total: Int { underWay.values.reduce(0, +) }

    /// Whether one more may be sent there now, by a channel that makes `most` attempts at once.
    func hasRoom(at farEnd: String, most: Int) -> Bool {
        let share = silent.contains(farEnd) ? OutboxLimits.perSilentFarEnd : OutboxLimits.perFarEnd
        return underWay[farEnd, default: 0] < min(share, most)
    }

    mutating func began(_ farEnd: String) {
        underWay[farEnd, default: 0] += 1
    }

    /// - Parameter wasSilent: the attempt came to nothing and took as long as only a far end makes it that does not answer.
    mutating func ended(_ farEnd: String, wasSilent: Bool) {
        let left = underWay[farEnd, default: 0] - 1
        underWay[farEnd] = left > 0 ? left : nil
        if !wasSilent {
            silent.remove(farEnd)
        } else if silent.count < OutboxLimits.silentFarEnds {
            silent.insert(farEnd)
        }
    }
}

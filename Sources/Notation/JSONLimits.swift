/// How much of a JSON text is read before it is refused. Every bound exists because the sender is not trusted: without
/// it, one request could take memory or time out of proportion to its size (F19).
public struct JSONLimits: Hashable, Sendable {
    /// Bytes of the whole text. Checked before the first byte is looked at.
    public var bytes: Int
    /// Containers inside one another. Reading recurses, so this is what keeps the stack small.
    public var depth: Int
    /// Members of one object.
    public var members: Int
    /// Values in the whole text, the outermost one included. A value of three bytes costs some fifty once it is in memory.
    public var values: Int
    /// Bytes of one string or member name, as written.
    public var stringBytes: Int
    /// Bytes of one number, as written. Turning decimal digits into a Double takes longer than linear time.
    public var numberBytes: Int
    /// Whether an object that names a member twice is refused. Two readers of such a text may each believe a different
    /// one, which is how a check is passed by one value and an action done with another (S76). Names that differ only
    /// in Unicode normalisation count as the same.
    public var refusesDuplicateNames: Bool

    public init(
        bytes: Int, depth: Int = 32, members: Int, values: Int, stringBytes: Int, numberBytes: Int = 512,
        refusesDuplicateNames: Bool = false
    ) {
        self.bytes = bytes
        self.depth = depth
        self.members = members
        self.values = values
        self.stringBytes = stringBytes
        self.numberBytes = numberBytes
        self.refusesDuplicateNames = refusesDuplicateNames
    }

    /// For alerts from monitoring systems. 1 MiB holds some 1,500 alerts of ordinary size, and Prometheus sends at most
    /// 256 in a request; 100,000 values leave room for all of their labels. Monitoring systems write what they like, so
    /// duplicate names are left to the dialect.
    public static let intake = JSONLimits(
        bytes: 1 << 20, members: 1_024, values: 100_000, stringBytes: 256 << 10)

    /// For requests to Tocsin's own API: small, written by our own clients, and acted upon with somebody's authority.
    public static let api = JSONLimits(
        bytes: 256 << 10, members: 200, values: 20_000, stringBytes: 128 << 10, refusesDuplicateNames: true)

    /// For texts that Tocsin itself wrote and stored. The bounds only keep a damaged store from taking the process down.
    public static let stored = JSONLimits(
        bytes: 16 << 20, members: 100_000, values: 1_000_000, stringBytes: 16 << 20)
}

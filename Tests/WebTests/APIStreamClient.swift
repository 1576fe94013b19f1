import NIOCore
import NIOPosix
import Testing

extension HTTPConnection {
    /// Sends a request and returns the first lines of the answer that are wanted, then hangs up. An answer that does
    /// not bring them fails the test after ten seconds.
    func read(
        _ request: String, until count: Int, where isWanted: @escaping @Sendable (String) -> Bool
    ) async throws -> [String] {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let guardTimer = channel.channel.eventLoop.scheduleTask(in: .seconds(10)) {
            Issue.record("the stream did not bring what was expected")
            channel.channel.close(promise: nil)
        }
        defer { guardTimer.cancel() }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            var text = ""
            for try await part in inbound {
                text += String(buffer: part)
                let complete = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                let wanted = complete.map { $0.last == "\r" ? String($0.dropLast()) : String($0) }.filter(isWanted)
                if wanted.count >= count { return wanted }
            }
            return []
        }
    }
}

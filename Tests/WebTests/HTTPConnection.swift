import NIOCore
import NIOPosix
import Testing

/// A client that sends exactly the bytes it is told to.
struct HTTPConnection {
    let port: Int

    /// Sends bytes in pieces and returns everything that comes back until the server closes the connection. A server that
    /// never closes fails the test: long enough for a busy machine, and before the server's own limit on idleness.
    func exchange(_ pieces: [String], thenClose: Bool = false) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        let guardTimer = channel.channel.eventLoop.scheduleTask(in: .seconds(25)) {
            Issue.record("the server did not close the connection")
            channel.channel.close(promise: nil)
        }
        defer { guardTimer.cancel() }
        return try await channel.executeThenClose { inbound, outbound in
            for piece in pieces {
                // A server that has closed already does not take the rest, which is what some of these tests are about.
                do { try await outbound.write(ByteBuffer(string: piece)) } catch { break }
            }
            if thenClose { outbound.finish() }
            var received = ""
            do {
                for try await part in inbound { received += String(buffer: part) }
            } catch let error as IOError where error.errnoCode == 104 {
                // ECONNRESET: the server closed while we were still sending.
            }
            return received
        }
    }
}

import Chronology
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// The listening server around a front door.
public enum WebServer {
    /// A service for the process's service group; a graceful shutdown lets running requests finish. `onReady` gets the port
    /// that was bound, which is of interest when 0 was asked for.
    public static func application(
        _ door: FrontDoor, host: String, port: Int, logger: Logger,
        onReady: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> Application<FrontDoor> {
        let limits = door.configuration.limits
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: limits.headers, maxHeaderListSize: limits.headers,
            maxHeaderFieldCount: limits.headerCount)
        return Application(
            responder: door,
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [ConnectionDeadlines(limits: limits)],
                    idleTimeout: TimeAmount.microseconds(limits.idle.wholeMicroseconds),
                    httpDecoderConfiguration: decoder)),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), backlog: 256,
                availableConnectionsDelegate: OpenConnections.Listener(connections: door.connections)),
            onServerRunning: { channel in await onReady(channel.localAddress?.port ?? port) },
            logger: logger)
    }
}

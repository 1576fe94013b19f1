import Chronology
import HummingbirdCore
import NIOCore

/// Ends connections of clients that take their time: to send the headers, to send the body, to take the answer (F18). It
/// also closes a connection whose answer says so.
///
/// It sits behind the HTTP decoder, so what counts is whole headers and not single bytes: a client that sends one letter a
/// second gains nothing.
final class ConnectionDeadlines: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPConnectionStateHandler.InboundIn
    typealias InboundOut = HTTPConnectionStateHandler.InboundIn
    typealias OutboundIn = HTTPConnectionStateHandler.OutboundIn
    typealias OutboundOut = HTTPConnectionStateHandler.OutboundIn

    /// The body's time was up. Reading it throws this.
    struct BodyTooSlow: Error {}

    private let limits: HTTPLimits
    private var headerTimer: Scheduled<Void>?
    private var bodyTimer: Scheduled<Void>?
    private var writeTimer: Scheduled<Void>?
    private var closesAfterAnswer = false

    init(limits: HTTPLimits) {
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { awaitHeaders(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        awaitHeaders(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        cancelAll()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        cancelAll()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            headerTimer?.cancel()
            headerTimer = nil
            bodyTimer?.cancel()
            bodyTimer = schedule(context, after: limits.bodyDeadline) { $0.fireErrorCaught(BodyTooSlow()) }
        case .body: break
        case .end:
            bodyTimer?.cancel()
            bodyTimer = nil
        }
        context.fireChannelRead(data)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        writeTimer?.cancel()
        writeTimer =
            context.channel.isWritable ? nil : schedule(context, after: limits.stalledWrite) { $0.close(promise: nil) }
        context.fireChannelWritabilityChanged()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            if head.headerFields[.connection] == "close" { closesAfterAnswer = true }
            context.write(data, promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            guard closesAfterAnswer else {
                context.write(data, promise: promise)
                return
            }
            context.writeAndFlush(data, promise: promise)
            context.close(promise: nil)
        }
    }

    private func awaitHeaders(_ context: ChannelHandlerContext) {
        guard headerTimer == nil, bodyTimer == nil else { return }
        headerTimer = schedule(context, after: limits.headerDeadline) { $0.close(promise: nil) }
    }

    private func schedule(
        _ context: ChannelHandlerContext, after delay: Duration,
        _ act: @escaping @Sendable (ChannelHandlerContext) -> Void
    ) -> Scheduled<Void> {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        return context.eventLoop.scheduleTask(in: TimeAmount.microseconds(delay.wholeMicroseconds)) { act(bound.value) }
    }

    private func cancelAll() {
        headerTimer?.cancel()
        bodyTimer?.cancel()
        writeTimer?.cancel()
    }
}

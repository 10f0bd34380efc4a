internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import ResourceManager

/// One client: reads a request at a time, has it answered, and becomes a reader of the event stream on demand.
///
/// Everything a client can do wrong or slowly ends its connection and nothing else: a request must be complete, and an
/// answer read, within a minute; a body is bounded; a reader of events that does not read is dropped.
final class Connection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// How long a client may take to send a request, or to read an answer.
    private static let patience = TimeAmount.seconds(60)

    private enum State {
        /// Between requests.
        case idle
        case receiving(HTTPRequestHead)
        /// The rest of a request that is refused already is thrown away.
        case discarding
        case waiting
        case sending
        case streaming
        case closed
    }

    private let table: ConnectionTable
    private var state = State.idle
    private var context: ChannelHandlerContext?
    private var peer = PeerCredentials()
    private var body: [UInt8] = []
    private var keepsAlive = false
    private var deadline: Scheduled<Void>?
    private var unreadEvents = 0
    /// The request that the resource manager has and has not answered.
    private(set) var request: RequestID?

    init(_ table: ConnectionTable) { self.table = table }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        guard table.add(self) else {
            context.close(promise: nil)
            return
        }
        armDeadline(context)
        guard let options = context.channel as? any SocketOptionProvider else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let future: EventLoopFuture<PeerCredentials> = options.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: Self.peerCredentialsOption))
        future.whenSuccess { bound.value.identified($0) }
        future.whenFailure { _ in bound.value.close() }
        context.fireChannelActive()
    }

    /// `SO_PEERCRED` of socket(7).
    private static let peerCredentialsOption: CInt = 17
    private var isIdentified = false

    private func identified(_ credentials: PeerCredentials) {
        peer = credentials
        isIdentified = true
    }

    func channelInactive(context: ChannelHandlerContext) {
        state = .closed
        deadline?.cancel()
        table.remove(self)
        self.context = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (state, unwrapInboundIn(data)) {
        case (.idle, .head(let head)):
            keepsAlive = head.isKeepAlive
            body = []
            state = .receiving(head)
        case (.receiving, .body(let part)):
            guard body.count + part.readableBytes <= table.settings.bodyLimit else {
                refuse(RouteFailure(413, "invalid", "the body has more than \(table.settings.bodyLimit) bytes"))
                return
            }
            body.append(contentsOf: part.readableBytesView)
        case (.receiving(let head), .end): process(head)
        case (.discarding, _), (.closed, _), (.streaming, _): break  // Nothing more counts on this connection.
        case (.idle, .body), (.idle, .end), (.receiving, .head), (.waiting, _), (.sending, _):
            close()  // The pipeline gives the parts of one request in order, and one request at a time.
        }
    }
}

// MARK: - Requests

extension Connection {
    private func process(_ head: HTTPRequestHead) {
        deadline?.cancel()
        guard isIdentified, let user = table.admit(peer) else {
            refuse(
                RouteFailure(
                    403, "forbidden", "only root, the daemon's user and group \(table.settings.group) may do that"))
            return
        }
        let identity = ClientIdentity(user: user, client: Self.clientName(head))
        do {
            switch try Route(method: head.method.rawValue, target: head.uri, body: body) {
            case .request(let request):
                body = []
                state = .waiting
                self.request = table.ask(request, by: identity, for: self)
            case .events: beginStream()
            }
        } catch {
            body = []
            state = .waiting
            send(Answer(error))
        }
    }

    /// What the client calls itself: the first word of `User-Agent`, at most 64 printable characters.
    private static func clientName(_ head: HTTPRequestHead) -> String {
        let agent = head.headers.first(name: "user-agent") ?? ""
        return String(decoding: agent.utf8.prefix { $0 > 0x20 && $0 < 0x7F }.prefix(64), as: UTF8.self)
    }

    /// Answers before the request is complete, and closes.
    private func refuse(_ failure: RouteFailure) {
        body = []
        keepsAlive = false
        send(Answer(failure))
        if case .sending = state { state = .discarding }
    }

    func close() {
        state = .closed
        context?.close(promise: nil)
    }

    private func armDeadline(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: Self.patience) { bound.value.close() }
    }
}

// MARK: - Answers

extension Connection {
    func send(_ answer: Answer) {
        request = nil
        guard let context else { return }
        state = .sending
        var headers = HTTPHeaders([
            ("Content-Type", answer.contentType), ("Content-Length", String(answer.body.count)),
        ])
        if !keepsAlive { headers.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let buffer = context.channel.allocator.buffer(bytes: answer.body)
        context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
        armDeadline(context)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in bound.value.sent() }
    }

    private func sent() {
        guard let context else { return }
        guard keepsAlive, case .sending = state else {
            close()
            return
        }
        state = .idle
        armDeadline(context)
    }

    private func beginStream() {
        guard let context else { return }
        state = .streaming
        table.addReader(self)
        let headers = HTTPHeaders([("Content-Type", "application/x-ndjson"), ("Transfer-Encoding", "chunked")])
        let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    func sendEvent(_ line: [UInt8]) {
        guard let context, case .streaming = state else { return }
        guard unreadEvents < table.settings.eventBacklogLimit else {
            close()
            return
        }
        unreadEvents += 1
        let buffer = context.channel.allocator.buffer(bytes: line)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(buffer)))).whenComplete { _ in
            bound.value.unreadEvents -= 1
        }
    }
}

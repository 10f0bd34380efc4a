/// How many messages a token visit may send, so that the ring as a whole stays within its window.
///
/// - Source: Amir et al. 1995, section 4.3; `fcc_calculate` and its neighbours in Corosync 3.
struct TokenBudget: Sendable, Equatable {
    private var windowSize: Int
    private var messagesPerToken: Int
    /// What this node sent at its last visit, which its next visit takes off the token again.
    private var sentCount = 0
    private var previousBacklog = 0
    private var backlog = 0

    init(windowSize: Int, messagesPerToken: Int) {
        (self.windowSize, self.messagesPerToken) = (1, 1)
        resize(windowSize: windowSize, messagesPerToken: messagesPerToken)
    }

    /// Changes the limits, within what the receive window can hold.
    mutating func resize(windowSize: Int, messagesPerToken: Int) {
        self.windowSize = max(1, min(windowSize, WireLimits.windowSize / 4))
        self.messagesPerToken = max(1, messagesPerToken)
    }

    /// Forgets what was sent: a new ring starts with an empty count.
    mutating func reset() { self = TokenBudget(windowSize: windowSize, messagesPerToken: messagesPerToken) }

    /// The messages that may be sent now, repetitions included.
    ///
    /// - Parameter backlog: messages waiting at this node.
    /// - Parameter windowBase: the last message that left the receive window, which must not overflow.
    mutating func allowance(for token: Token, backlog: Int, windowBase: SequenceNumber) -> Int {
        self.backlog = backlog
        let window = max(0, windowSize - Int(token.flowControlCount))
        var allowed = min(messagesPerToken, window)
        let total = Int(token.backlog) + backlog - previousBacklog
        if total > 0 {
            let share = windowSize * previousBacklog / total
            if share > 0 { allowed = min(allowed, share) }
        }
        let reach = windowBase.advanced(by: WireLimits.windowSize - allowed - windowSize)
        return reach < token.sequence ? 0 : allowed
    }

    /// Writes what was sent at this visit into the token.
    mutating func account(sent: Int, in token: inout Token) {
        token.flowControlCount = Self.moved(token.flowControlCount, by: sent - sentCount)
        token.backlog = Self.moved(token.backlog, by: backlog - previousBacklog)
        sentCount = sent
        previousBacklog = backlog
    }

    private static func moved(_ value: UInt32, by change: Int) -> UInt32 { UInt32(clamping: Int(value) + change) }
}

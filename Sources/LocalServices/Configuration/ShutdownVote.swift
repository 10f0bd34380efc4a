/// Asks the programs that track the configuration service whether the node may shut down.
///
/// - Source: corosync_cfg_try_shutdown(3) and its callback; cfg.c.
struct ShutdownVote: Sendable, Equatable {
    enum Decision: Equatable { case undecided, agreed, refused }

    /// Who asked, and waits for the answer.
    let requester: ClientID
    /// Refusals do not count.
    let isRegardless: Bool
    /// Who has not answered yet.
    private(set) var undecided: [ClientID]
    private(set) var hasRefusal = false

    init(requester: ClientID, isRegardless: Bool, asked: [ClientID]) {
        self.requester = requester
        self.isRegardless = isRegardless
        undecided = asked
    }

    /// Somebody began to track while the vote runs.
    mutating func ask(_ client: ClientID) { undecided.append(client) }

    mutating func answered(_ client: ClientID, isAgreed: Bool) {
        guard let place = undecided.firstIndex(of: client) else { return }
        undecided.remove(at: place)
        if !isAgreed { hasRefusal = true }
    }

    /// Who is gone has nothing against it.
    mutating func left(_ client: ClientID) { undecided.removeAll { $0 == client } }

    /// Who has not answered in time refuses.
    mutating func timedOut() {
        if !undecided.isEmpty { hasRefusal = true }
        undecided = []
    }

    var decision: Decision {
        if !undecided.isEmpty { return .undecided }
        return hasRefusal && !isRegardless ? .refused : .agreed
    }
}

internal import EventLoop

/// What the messaging of a node remembers across restarts.
///
/// - Source: Amir et al. 1995, section 4: the ring sequence is on stable storage, so that a ring's name is never used
///   twice. votequorum(5), expected_votes_tracking.
struct RingDisk {
    struct Stored: Sendable {
        var ringSequence: UInt64 = 0
        /// The most votes ever expected; 0 when none were.
        var expectedVotes: UInt32 = 0
    }

    enum Request: Sendable {
        case ringSequence(UInt64)
        case expectedVotes(UInt32)
    }

    private let sequence: StoredNumber
    private let expectedVotes: StoredNumber
    private let retryInterval: Duration

    /// - Parameters:
    ///   - folder: `NodeDirectory.ring`.
    ///   - retryInterval: when a refused write is tried again.
    init(folder: String, retryInterval: Duration = .seconds(1)) {
        self.retryInterval = retryInterval
        sequence = StoredNumber(
            path: "\(folder)/sequence", meaning: "the number of the last ring",
            remedy: "write the highest number that any node of the cluster has in this file")
        expectedVotes = StoredNumber(
            path: "\(folder)/expected-votes", meaning: "the most votes ever expected",
            remedy: "delete the file, and the node expects the votes of the configuration")
    }

    func load() throws(DaemonFailure) -> Stored {
        Stored(ringSequence: try sequence.load(), expectedVotes: UInt32(clamping: try expectedVotes.load()))
    }

    /// Stores what the station's messages ask for, and tells when a ring sequence is durable.
    func serve(_ station: Station<Request>, log: Log, stored: @escaping @Sendable (UInt64) -> Void) {
        let (loop, mailbox) = (station.loop, station.mailbox)
        // What failed is tried again after what came later: the number must not go back then.
        var durable: UInt64 = 0
        station.settle { request in
            do throws(SystemCallFailure) {
                switch request {
                case .ringSequence(let number):
                    if durable < number {
                        try sequence.store(number)
                        durable = number
                    }
                    stored(number)
                case .expectedVotes(let number): try expectedVotes.store(UInt64(number))
                }
            } catch {
                switch request {
                case .ringSequence:
                    log.error("the ring's number cannot be stored, so no ring can be formed: \(error)")
                case .expectedVotes: log.error("the expected votes cannot be stored: \(error)")
                }
                // A full disk may be cleared; the node waits until then.
                loop.schedule(after: retryInterval) { mailbox.post(request) }
            }
        }
    }
}

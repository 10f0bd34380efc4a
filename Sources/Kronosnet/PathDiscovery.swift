internal import ClusterTypes

/// Finds the largest datagram that reaches the other end of a link in one piece.
///
/// Begins with the largest there is, which the kernel refuses with the interface's MTU; when that size does not get an answer, the
/// path is narrower than the interface, and halving the interval finds out how narrow.
///
/// - Source: threads_pmtud.c of kronosnet 1.25; RFC 1191. A lost probe is repeated before its size is given up.
struct PathDiscovery: Equatable {
    static let largestPacket = 65535
    /// 16 halvings suffice; more means that the MTU changes while it is looked for.
    static let stepLimit = 30
    static let tries = 3
    static let shortestWait: Duration = .milliseconds(250)
    /// After a search that found nothing.
    static let pause: Duration = .seconds(1)

    struct Probe: Equatable {
        /// With the headers of IP and UDP.
        var size: Int
        /// The largest size known to pass and the smallest known not to.
        var good: Int
        var bad: Int?
        /// Whether `good` is a probe's size, and not that of a ping.
        var isAnswered = false
        var triesLeft: Int
        var stepsLeft: Int
        var deadline: Instant
    }

    /// The content that fits into one packet; `nil` until the path is known.
    private(set) var mtu: Int?
    private(set) var probe: Probe?
    /// When to look again.
    private var nextStart: Instant?
    /// Nothing passed at the last search, so the link cannot be used.
    private(set) var hasFailed = false

    var deadline: Instant? { probe?.deadline ?? nextStart }

    init() {}

    /// Begins to look, when the link came up or the interval is over.
    mutating func start(_ path: Path, now: Instant) {
        nextStart = nil
        if let fixed = path.fixedMTU {
            mtu = path.envelope.contentLength(inDatagram: fixed - path.overhead)
            probe = nil
            return
        }
        probe = Probe(
            size: 0, good: path.envelope.sealedLength(WireFormat.pingLength) + path.overhead, bad: nil,
            triesLeft: Self.tries, stepsLeft: Self.stepLimit, deadline: now)
        choose(Self.largestPacket, path)
    }

    /// Begins to look because what was found may no longer hold; until it is found again, a size that always passes is used.
    mutating func restart(assuming length: Int, _ path: Path, now: Instant) {
        if mtu != nil { mtu = length }
        start(path, now: now)
    }

    mutating func stop() { (probe, nextStart) = (nil, nil) }

    /// What to send when the deadline has come.
    mutating func advance(_ path: Path, now: Instant) -> Sending? {
        if probe == nil, let start = nextStart, start <= now { self.start(path, now: now) }
        guard var current = probe, current.deadline <= now else { return nil }
        if current.triesLeft == 0 {
            give(current.size, path, now: now)
            return advance(path, now: now)
        }
        current.triesLeft -= 1
        current.deadline = now + max(Self.shortestWait, path.latency * 4)
        probe = current
        return Sending(size: current.size, length: path.plainLength(current.size))
    }

    struct Sending: Equatable {
        var size: Int
        /// Of the packet before it is encrypted.
        var length: Int
    }

    /// The kernel does not send so much.
    ///
    /// - Parameter limit: the MTU that it knows; 0 when it does not say.
    mutating func refused(limit: Int, _ path: Path, now: Instant) {
        guard let current = probe else { return }
        if limit > current.good, limit < current.size {
            probe?.bad = limit + 1
            step(to: limit, path, now: now)
        } else {
            give(current.size, path, now: now)
        }
    }

    /// The other end has received a probe.
    mutating func answered(size: Int, _ path: Path, now: Instant) {
        guard let current = probe, current.size == size else { return }
        let step = max(1, path.envelope.blockSize)
        let isLargest =
            path.envelope.blockSize > 0 ? size + step >= Self.largestPacket : size >= Self.largestPacket
        if isLargest || current.bad.map({ $0 <= size + step }) ?? false {
            finish(size, path, now: now)
            return
        }
        probe?.good = size
        probe?.isAnswered = true
        self.step(to: (size + (current.bad ?? Self.largestPacket)) / 2, path, now: now)
    }

    /// Gives a size up.
    private mutating func give(_ size: Int, _ path: Path, now: Instant) {
        guard let current = probe else { return }
        probe?.bad = size
        guard size > current.good + max(1, path.envelope.blockSize) else {
            // Not even what a ping needs may pass in one piece.
            finish(current.isAnswered ? current.good : nil, path, now: now)
            return
        }
        step(to: (current.good + size) / 2, path, now: now)
    }

    private mutating func step(to size: Int, _ path: Path, now: Instant) {
        guard let current = probe, current.stepsLeft > 0 else {
            finish(nil, path, now: now)
            return
        }
        probe?.stepsLeft -= 1
        probe?.triesLeft = Self.tries
        probe?.deadline = now
        choose(size, path)
    }

    /// Takes the largest size that the envelope can have within this one.
    private mutating func choose(_ size: Int, _ path: Path) {
        let content = path.envelope.contentLength(inDatagram: size - path.overhead)
        probe?.size = path.envelope.sealedLength(content + WireFormat.longestHeader) + path.overhead
    }

    /// - Parameter size: the largest that passes; `nil` when none was found, which leaves what was known before.
    private mutating func finish(_ size: Int?, _ path: Path, now: Instant) {
        if let size { mtu = path.envelope.contentLength(inDatagram: size - path.overhead) }
        hasFailed = mtu == nil
        probe = nil
        nextStart = now + (mtu == nil ? Self.pause : path.interval)
    }

    /// What a search must know of its link.
    struct Path {
        var envelope: Envelope
        /// The headers of IP and UDP.
        var overhead: Int
        var latency: Duration
        var interval: Duration
        var fixedMTU: Int?

        /// The length of a packet that is `size` on the wire, before it is encrypted.
        func plainLength(_ size: Int) -> Int {
            envelope.contentLength(inDatagram: size - overhead) + WireFormat.longestHeader
        }
    }
}

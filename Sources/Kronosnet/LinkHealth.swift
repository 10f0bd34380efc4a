internal import ClusterTypes

/// Whether the other end of a link answers: pings sent, answers awaited, and how long their silence is borne.
///
/// - Source: threads_heartbeat.c and threads_rx.c of kronosnet 1.25. Unlike it, pings are sent at their own moment and not five
///   times a second, time that this node slept does not count as the other's silence, an ICMP error is a reason to ask, a young link
///   is borne with only while no other works, and where there is a patient timeout, lost answers take no link down before it while
///   anything else arrives over it.
struct LinkHealth: Equatable {
    /// A link that has just come up, or failed, gets ten times the timeout, one time less with every second.
    static let initialPatience = 10
    /// A wake-up that is this late was no ordinary one.
    static let oversleep: Duration = .milliseconds(100)

    private(set) var isConnected = false
    /// Whether another link to the node works: it must take over in time.
    var isBackedUp = false
    /// The average round trip, of the last few pings.
    private(set) var latency: Duration = .zero
    private(set) var samples: UInt32 = 0
    private(set) var pingDue: Instant
    private var patientSince: Instant
    private var lastPong: Instant?
    /// When anything but an answer arrived over this link.
    private var lastHeard: Instant?
    /// Answers in a row since the link failed.
    private var answers = 0
    /// When a link that seems dead must have answered.
    private var doubt: Instant?

    enum Change: Equatable { case cameUp, wentDown }

    init(now: Instant) {
        pingDue = now
        patientSince = now
    }

    /// The silence after which the link is down.
    func timeout(_ parameters: LinkParameters, now: Instant) -> Duration {
        let seconds = (now - patientSince).milliseconds / 1000
        let factor = isBackedUp ? 1 : max(1, Int64(Self.initialPatience) - seconds)
        return parameters.effectiveTimeout * Double(factor) + latency * 2
    }

    /// How much later than planned this node looks at the link, when that is more than usual.
    func oversleep(now: Instant) -> Duration {
        let late = now - pingDue
        return late > Self.oversleep ? late : .zero
    }

    /// When something is to be done if nothing happens.
    func deadline(_ parameters: LinkParameters, now: Instant) -> Instant {
        var deadline = pingDue
        if let end = silenceEnd(parameters, now: now) { deadline = min(deadline, end) }
        if let doubt { deadline = min(deadline, doubt) }
        return deadline
    }

    /// Time has passed: whether to ping now, and whether the link is down.
    mutating func advance(_ parameters: LinkParameters, now: Instant) -> (pings: Bool, change: Change?) {
        let late = oversleep(now: now)
        if late > .zero {
            lastPong = lastPong.map { min(now, $0 + late) }
            lastHeard = lastHeard.map { min(now, $0 + late) }
            doubt = doubt.map { $0 + late }
        }
        let pings = pingDue <= now
        if pings { pingDue = now + parameters.pingInterval }
        let isSilent = silenceEnd(parameters, now: now).map { $0 <= now } ?? false
        let isDead = doubt.map { $0 <= now } ?? false
        return (pings, isSilent || isDead ? fail(now: now) : nil)
    }

    /// When the link counts as down unless an answer comes.
    ///
    /// A network that begins to lose packets takes some pings in a row long before it is known for it. Who is dead is not heard
    /// either, so it counts as down no later than one timeout after its last packet.
    private func silenceEnd(_ parameters: LinkParameters, now: Instant) -> Instant? {
        guard let lastPong else { return nil }
        let timeout = timeout(parameters, now: now)
        let end = lastPong + timeout
        guard isConnected, let patient = parameters.patientPingTimeout, let lastHeard else { return end }
        return max(end, min(lastHeard + timeout, lastPong + patient))
    }

    /// Something arrived over this link that is no answer.
    mutating func heard(now: Instant) { lastHeard = now }

    mutating func fail(now: Instant) -> Change? {
        (lastPong, lastHeard, answers, doubt, patientSince) = (nil, nil, 0, nil, now)
        guard isConnected else { return nil }
        isConnected = false
        return .wentDown
    }

    /// An answer arrived to a ping of that age.
    mutating func answered(after roundTrip: Duration, _ parameters: LinkParameters, now: Instant) -> Change? {
        lastPong = now
        doubt = nil
        guard roundTrip <= parameters.effectiveTimeout else { return nil }
        samples = min(samples + 1, max(1, parameters.pingPrecision))
        latency = (latency * Double(samples - 1) + roundTrip) / Double(samples)
        guard !isConnected, latency < timeout(parameters, now: now) else { return nil }
        guard answers >= Int(parameters.pongCount) else {
            answers += 1
            return nil
        }
        isConnected = true
        return .cameUp
    }

    /// The other machine says that nobody listens, or a network says that it does not get there. Anybody can forge that.
    ///
    /// - Returns: whether to ping at once.
    mutating func refused(now: Instant) -> Bool {
        guard isConnected, doubt == nil else { return false }
        doubt = now + max(.milliseconds(50), latency * 4)
        return true
    }

    mutating func resetSamples() { samples = 0 }
}

import ClusterTypes
import TransitionGraph

/// Notices that schedules plan the same again and again although nothing was configured, nobody came or went and nothing
/// failed: what they plan does not have the effect that the scheduler expects. The next schedule then waits, longer each time.
///
/// Deviation from Pacemaker, which goes on at full speed.
struct ScheduleRepetition: Sendable {
    /// So many repetitions are taken for coincidence.
    private static let allowance = 4
    /// Plans that come in turns are noticed up to this many.
    private static let longestCycle = 4
    private static let longestPause = Duration.seconds(60)

    /// Fingerprints of the last plans.
    private var recent: [UInt64] = []
    /// How often in a row a plan was one of the recent ones.
    private(set) var count = 0

    /// Another schedule has come; how long the one after it has to wait.
    mutating func note(_ graph: TransitionGraph) -> Duration {
        guard let fingerprint = Self.fingerprint(of: graph) else {
            forget()
            return .zero
        }
        count = recent.contains(fingerprint) ? count + 1 : 0
        recent = recent.suffix(Self.longestCycle - 1) + [fingerprint]
        guard count >= Self.allowance else { return .zero }
        return min(.seconds(1 << min(count - Self.allowance, 6)), Self.longestPause)
    }

    /// Something happened for which the same plan may well be right once more.
    mutating func forget() { self = ScheduleRepetition() }

    /// FNV-1a over what is done where; `nil` for a plan that does nothing.
    private static func fingerprint(of graph: TransitionGraph) -> UInt64? {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ text: String?) {
            for byte in (text ?? "").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            hash = (hash ^ 0xFF) &* 0x100_0000_01B3
        }
        var isEmpty = true
        for action in graph.actions where action.kind != .pseudo {
            isEmpty = false
            add(action.operationKey)
            add(action.node)
        }
        return isEmpty ? nil : hash
    }
}

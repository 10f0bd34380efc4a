package import ClusterClient
internal import ClusterTypes
internal import JSONText

/// What happened after a node's death, in the words of the surviving node's events.
package struct FailoverTimeline {
    /// Seconds since 1970 on the civil clock.
    private let death: Double
    private var entries: [(offset: Double, words: String)] = [(0, "death: n1 killed")]

    package init(death: Double) { self.death = death }

    /// Takes what the stream has, waiting a few milliseconds for more.
    package mutating func collect(from events: inout EventStream) {
        while let event = try? events.next(timeout: .milliseconds(4)) { note(event) }
    }

    package mutating func note(_ offset: Duration, _ words: String) {
        entries.append((Double(offset.nanoseconds) / 1e9, words))
    }

    package mutating func note(_ event: TimelineEvent) {
        guard let words = words(for: event), event.seconds >= death else { return }
        entries.append((event.seconds - death, words))
    }

    /// `+0.312 s  detected: n1 is lost`, in the order of time.
    package var lines: [String] {
        entries.sorted { $0.offset < $1.offset }.map { offset, words in
            let milliseconds = Int(offset * 1000)
            let fraction = String(milliseconds % 1000)
            return "+\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count)
                + "\(fraction) s  \(words)"
        }
    }

    /// `nil` for events that say nothing about the failover.
    private func words(for event: TimelineEvent) -> String? {
        func field(_ name: String) -> String { event.fields[name]?.string ?? "?" }
        switch event.name {
        case "node-lost": return "detected: \(field("node")) is lost"
        case "fencing-started": return "fencing \(field("target")) with \(field("device"))"
        case "fencing-succeeded": return "fenced: \(field("target")) is certainly off"
        case "action-started" where field("operation").contains("_start_"): return "starting \(field("resource"))"
        case "action-finished" where field("operation").contains("_start_"):
            return "started: \(field("resource")) on \(field("node"))"
        default: return nil
        }
    }
}

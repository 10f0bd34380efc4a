package import ClusterConfiguration
internal import ClusterTypes
internal import Kronosnet

// Figures.
extension KronosnetTransport {
    package func observeLinks() -> [LinkObservation] {
        var observations: [LinkObservation] = []
        for (peer, settings) in settings.peers.enumerated() {
            for (place, link) in settings.links.enumerated() {
                guard let view = engine.view(of: .init(peer: peer, link: place)) else { continue }
                observations.append(
                    LinkObservation(
                        node: settings.node, number: link.number, isEnabled: true, isConnected: view.isConnected,
                        mtu: UInt32(clamping: view.mtu), latency: view.latency, source: link.local.addressBytes,
                        destination: link.remote.addressBytes, counters: view.entries))
            }
        }
        return observations
    }

    package func observeHandle() -> [ConfigurationMap.Entry] { statistics.entries }

    package func resetCounters() {
        engine.resetCounters()
        statistics = SealingStatistics()
    }
}

extension KronosnetProtocol.LinkView {
    /// Under the names of corosync's statistics of a link; nothing is ever tried again here.
    fileprivate var entries: [ConfigurationMap.Entry] {
        var entries: [ConfigurationMap.Entry] = [
            .init(key: "enabled", value: .uint8(1)), .init(key: "connected", value: .uint8(isConnected ? 1 : 0)),
            .init(key: "mtu", value: .uint32(UInt32(clamping: mtu))),
        ]
        func add(_ key: String, _ value: UInt64) { entries.append(.init(key: key, value: .uint64(value))) }
        func add(_ key: String, _ value: UInt32) { entries.append(.init(key: key, value: .uint32(value))) }
        let kinds = [
            ("data", counters.data), ("ping", counters.ping), ("pong", counters.pong), ("pmtu", counters.path),
        ]
        for (name, kind) in kinds {
            add("tx_\(name)_packets", kind.sent.packets)
            add("rx_\(name)_packets", kind.received.packets)
            add("tx_\(name)_bytes", kind.sent.bytes)
            add("rx_\(name)_bytes", kind.received.bytes)
        }
        add("tx_total_packets", counters.sent.packets)
        add("rx_total_packets", counters.received.packets)
        add("tx_total_bytes", counters.sent.bytes)
        add("rx_total_bytes", counters.received.bytes)
        add("tx_total_errors", counters.errors)
        add("rx_total_retries", 0 as UInt64)
        for (name, kind) in [kinds[3], kinds[1], kinds[2], kinds[0]] {
            add("tx_\(name)_errors", kind.errors)
            add("tx_\(name)_retries", 0 as UInt32)
        }
        add("latency_min", counters.shortestLatency?.wholeMicroseconds ?? .max)
        add("latency_max", counters.longestLatency.wholeMicroseconds)
        add("latency_ave", latency.wholeMicroseconds)
        add("latency_samples", latencySamples)
        add("down_count", counters.downCount)
        add("up_count", counters.upCount)
        return entries
    }
}

extension Duration {
    fileprivate var wholeMicroseconds: UInt32 { UInt32(clamping: nanoseconds / 1000) }
}

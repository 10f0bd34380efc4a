internal import CKronosnet
package import ClusterConfiguration
internal import ClusterTypes
package import KronosnetTransport

extension LibknetTransport {
    /// The links to all other nodes, by node and link, with their figures.
    package func observeLinks() -> [LinkObservation] {
        settings.peers.flatMap { peer in
            peer.links.compactMap { link in
                guard let host = knet_node_id_t(exactly: peer.node.rawValue),
                    let status = handle.rawStatus(of: UInt8(clamping: link.number), to: host)
                else { return nil }
                return LinkObservation(
                    node: peer.node, number: link.number, isEnabled: status.enabled == 1,
                    isConnected: status.connected == 1, mtu: status.mtu,
                    latency: .microseconds(Int64(status.stats.latency_ave)), source: link.local.addressBytes,
                    destination: link.remote.addressBytes, counters: Self.counters(status))
            }
        }
    }

    /// What kronosnet counts for the node as a whole, under the names of corosync.
    package func observeHandle() -> [ConfigurationMap.Entry] {
        guard let stats = handle.rawStatistics() else { return [] }
        func entry(_ key: String, _ value: UInt64) -> ConfigurationMap.Entry { .init(key: key, value: .uint64(value)) }
        return [
            entry("tx_uncompressed_packets", stats.tx_uncompressed_packets),
            entry("tx_compressed_packets", stats.tx_compressed_packets),
            entry("tx_compressed_original_bytes", stats.tx_compressed_original_bytes),
            entry("tx_compressed_size_bytes", stats.tx_compressed_size_bytes),
            entry("tx_compress_time_min", stats.tx_compress_time_min),
            entry("tx_compress_time_max", stats.tx_compress_time_max),
            entry("tx_compress_time_ave", stats.tx_compress_time_ave),
            entry("rx_compressed_packets", stats.rx_compressed_packets),
            entry("rx_compressed_original_bytes", stats.rx_compressed_original_bytes),
            entry("rx_compressed_size_bytes", stats.rx_compressed_size_bytes),
            entry("rx_compress_time_min", stats.rx_compress_time_min),
            entry("rx_compress_time_max", stats.rx_compress_time_max),
            entry("rx_compress_time_ave", stats.rx_compress_time_ave),
            entry("tx_crypt_time_min", stats.tx_crypt_time_min), entry("tx_crypt_time_max", stats.tx_crypt_time_max),
            entry("tx_crypt_time_ave", stats.tx_crypt_time_ave),
            entry("tx_crypt_byte_overhead", stats.tx_crypt_byte_overhead),
            entry("tx_crypt_packets", stats.tx_crypt_packets), entry("rx_crypt_time_min", stats.rx_crypt_time_min),
            entry("rx_crypt_time_max", stats.rx_crypt_time_max), entry("rx_crypt_time_ave", stats.rx_crypt_time_ave),
            entry("rx_crypt_packets", stats.rx_crypt_packets),
        ]
    }

    /// Starts kronosnet's counting anew.
    package func resetCounters() { handle.resetStatistics() }

    private static func counters(_ status: knet_link_status) -> [ConfigurationMap.Entry] {
        let stats = status.stats
        func wide(_ key: String, _ value: UInt64) -> ConfigurationMap.Entry { .init(key: key, value: .uint64(value)) }
        func count(_ key: String, _ value: UInt32) -> ConfigurationMap.Entry { .init(key: key, value: .uint32(value)) }
        return [
            .init(key: "enabled", value: .uint8(status.enabled)),
            .init(key: "connected", value: .uint8(status.connected)), count("mtu", status.mtu),
            wide("tx_data_packets", stats.tx_data_packets), wide("rx_data_packets", stats.rx_data_packets),
            wide("tx_data_bytes", stats.tx_data_bytes), wide("rx_data_bytes", stats.rx_data_bytes),
            wide("tx_ping_packets", stats.tx_ping_packets), wide("rx_ping_packets", stats.rx_ping_packets),
            wide("tx_ping_bytes", stats.tx_ping_bytes), wide("rx_ping_bytes", stats.rx_ping_bytes),
            wide("tx_pong_packets", stats.tx_pong_packets), wide("rx_pong_packets", stats.rx_pong_packets),
            wide("tx_pong_bytes", stats.tx_pong_bytes), wide("rx_pong_bytes", stats.rx_pong_bytes),
            wide("tx_pmtu_packets", stats.tx_pmtu_packets), wide("rx_pmtu_packets", stats.rx_pmtu_packets),
            wide("tx_pmtu_bytes", stats.tx_pmtu_bytes), wide("rx_pmtu_bytes", stats.rx_pmtu_bytes),
            wide("tx_total_packets", stats.tx_total_packets), wide("rx_total_packets", stats.rx_total_packets),
            wide("tx_total_bytes", stats.tx_total_bytes), wide("rx_total_bytes", stats.rx_total_bytes),
            wide("tx_total_errors", stats.tx_total_errors), wide("rx_total_retries", stats.tx_total_retries),
            count("tx_pmtu_errors", stats.tx_pmtu_errors), count("tx_pmtu_retries", stats.tx_pmtu_retries),
            count("tx_ping_errors", stats.tx_ping_errors), count("tx_ping_retries", stats.tx_ping_retries),
            count("tx_pong_errors", stats.tx_pong_errors), count("tx_pong_retries", stats.tx_pong_retries),
            count("tx_data_errors", stats.tx_data_errors), count("tx_data_retries", stats.tx_data_retries),
            count("latency_min", stats.latency_min), count("latency_max", stats.latency_max),
            count("latency_ave", stats.latency_ave), count("latency_samples", stats.latency_samples),
            count("down_count", stats.down_count), count("up_count", stats.up_count),
        ]
    }
}

extension KronosnetHandle {
    func rawStatus(of link: UInt8, to node: knet_node_id_t) -> knet_link_status? {
        var status = knet_link_status()
        let size = MemoryLayout<knet_link_status>.size
        return knet_link_get_status(handle, node, link, &status, size) == 0 ? status : nil
    }

    func rawStatistics() -> knet_handle_stats? {
        var stats = knet_handle_stats()
        return knet_handle_get_stats(handle, &stats, MemoryLayout<knet_handle_stats>.size) == 0 ? stats : nil
    }

    func resetStatistics() { _ = knet_handle_clear_stats(handle, Int32(KNET_CLEARSTATS_HANDLE_AND_LINK)) }
}

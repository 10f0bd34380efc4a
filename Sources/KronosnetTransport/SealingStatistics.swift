internal import ClusterConfiguration
internal import ClusterTypes

/// How long packets take to be sealed and opened, and how many were.
struct SealingStatistics {
    struct Times {
        var packets: UInt64 = 0
        var shortest: UInt64 = .max
        var longest: UInt64 = 0
        private var timed: UInt64 = 0
        private var total: UInt64 = 0

        /// Nanoseconds a packet; 0 without any.
        var average: UInt64 { timed == 0 ? 0 : total / timed }

        /// - Parameter time: of all these packets together; `nil` when nobody looked.
        mutating func add(_ time: Duration?, packets count: Int = 1) {
            packets &+= UInt64(max(0, count))
            guard count > 0, let time else { return }
            let nanoseconds = UInt64(max(0, time.nanoseconds))
            timed &+= UInt64(count)
            total &+= nanoseconds
            shortest = min(shortest, nanoseconds / UInt64(count))
            longest = max(longest, nanoseconds / UInt64(count))
        }
    }

    var sealed = Times()
    var opened = Times()
    /// Salts, padding and digests that were sent, in bytes.
    var overhead: UInt64 = 0

    /// Under the names of corosync's statistics of the handle; nothing is compressed here.
    var entries: [ConfigurationMap.Entry] {
        func entry(_ key: String, _ value: UInt64) -> ConfigurationMap.Entry { .init(key: key, value: .uint64(value)) }
        let compression = [
            "tx_uncompressed_packets", "tx_compressed_packets", "tx_compressed_original_bytes",
            "tx_compressed_size_bytes", "tx_compress_time_min", "tx_compress_time_max", "tx_compress_time_ave",
            "rx_compressed_packets", "rx_compressed_original_bytes", "rx_compressed_size_bytes",
            "rx_compress_time_min", "rx_compress_time_max", "rx_compress_time_ave",
        ]
        return compression.map { entry($0, $0.hasSuffix("time_min") ? .max : 0) } + [
            entry("tx_crypt_time_min", sealed.shortest), entry("tx_crypt_time_max", sealed.longest),
            entry("tx_crypt_time_ave", sealed.average), entry("tx_crypt_byte_overhead", overhead),
            entry("tx_crypt_packets", sealed.packets), entry("rx_crypt_time_min", opened.shortest),
            entry("rx_crypt_time_max", opened.longest), entry("rx_crypt_time_ave", opened.average),
            entry("rx_crypt_packets", opened.packets),
        ]
    }
}

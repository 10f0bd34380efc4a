internal import ClusterConfiguration
internal import EventLoop

/// What the kernel says of this machine's load and memory. Its files take microseconds to read and never wait for anything.
///
/// - Source: proc(5).
package enum SystemReading {
    private static let limit = 64 << 10

    /// `nil` when the kernel does not say.
    static func now(_ resource: SystemResource) -> Double? {
        switch resource {
        case .memoryUsed: read("/proc/meminfo").flatMap(memoryUsed)
        case .load15Minutes: read("/proc/loadavg").flatMap(load15Minutes)
        }
    }

    private static func read(_ path: String) -> String? {
        (try? FileAccess.read(path, limit: limit)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The third number of /proc/loadavg.
    package static func load15Minutes(_ text: String) -> Double? {
        let words = text.split(separator: " ")
        guard words.count > 2, let load = Double(words[2]), load.isFinite, load >= 0 else { return nil }
        return load
    }

    /// Whole percent of memory and swap in use, of /proc/meminfo. What the page cache holds is free, as for libstatgrab, which
    /// corosync asks.
    package static func memoryUsed(_ text: String) -> Double? {
        var sizes: [Substring: UInt64] = [:]
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let words = line[line.index(after: colon)...].split(separator: " ")
            if let size = words.first.flatMap({ UInt64($0) }), size < 1 << 50 { sizes[line[..<colon]] = size }
        }
        guard let total = sizes["MemTotal"], let free = sizes["MemFree"] else { return nil }
        let all = total + (sizes["SwapTotal"] ?? 0)
        let unused = min(all, free + (sizes["Cached"] ?? 0) + (sizes["SwapFree"] ?? 0))
        return all > 0 ? Double((all - unused) * 100 / all) : nil
    }
}

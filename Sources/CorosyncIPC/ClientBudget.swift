internal import Glibc

/// How many programs can be served, so that the daemon itself never runs out of what they need: descriptors and memory mappings.
///
/// A process that has used up its mappings gets no memory any more and ends; therefore programs are refused before.
struct ClientBudget: Sendable, Equatable {
    /// Descriptors that programs do not get, for the daemon's own files, links and agents.
    static let reservedDescriptors = 256
    /// Mappings that programs do not get. A daemon has a few hundred; large pieces of memory and damaged rings take one each.
    static let reservedMappings = 5000
    /// The daemon wants no more descriptors than this, whatever the system would permit.
    static let descriptorsWanted = 65536

    /// `RLIMIT_NOFILE`, the soft one.
    var descriptorLimit: Int
    /// `vm.max_map_count`, see proc(5).
    var mappingLimit: Int

    /// Programs with their rings.
    var clientLimit: Int {
        let byDescriptors = descriptorLimit - Self.reservedDescriptors
        let byMappings = (mappingLimit - Self.reservedMappings) / SharedRings.mappingCount
        return max(0, min(byDescriptors, byMappings))
    }

    /// What is exhausted when no further program can be served.
    var bottleneck: String {
        descriptorLimit - Self.reservedDescriptors <= clientLimit
            ? "RLIMIT_NOFILE is \(descriptorLimit)" : "vm.max_map_count is \(mappingLimit)"
    }

    /// Raises the limit of descriptors as far as the system permits and is of use, and learns the limits.
    static func ofThisProcess() -> ClientBudget {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        getrlimit(resource, &limit)
        let wanted = min(limit.rlim_max, rlim_t(descriptorsWanted))
        if limit.rlim_cur < wanted {
            limit.rlim_cur = wanted
            if setrlimit(resource, &limit) != 0 { getrlimit(resource, &limit) }
        }
        return ClientBudget(
            descriptorLimit: Int(clamping: limit.rlim_cur),
            mappingLimit: number(in: "/proc/sys/vm/max_map_count") ?? 65530)
    }

    private static func number(in path: String) -> Int? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return nil }
        let digits = buffer.prefix(count).prefix { (0x30...0x39).contains($0) }
        return Int(String(decoding: digits, as: UTF8.self))
    }
}

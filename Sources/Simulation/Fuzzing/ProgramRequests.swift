internal import ClusterTypes
internal import LocalServices

/// Requests as corosync's libraries make them, of every function of every service.
///
/// - Source: ipc_cpg.h, ipc_cmap.h, ipc_cfg.h, ipc_quorum.h and ipc_votequorum.h of corosync 3.1.7: a header of 16 bytes, then fields
///   that are aligned to 8 bytes.
enum ProgramRequests {
    static func drawn(for service: LocalServiceKind, _ generator: inout SeededGenerator) -> [UInt8] {
        let (function, body): (Int, [UInt8]) =
            switch service {
            case .processGroups: processGroups(&generator)
            case .configurationMap: map(&generator)
            case .configuration: configuration(&generator)
            case .quorum: (generator.below(6), padded(UInt32(generator.below(4))))
            case .voteQuorum: (generator.below(11), voteQuorum(&generator))
            }
        return word(UInt32(function)) + word(0) + word(UInt32(clamping: 16 + body.count)) + word(0) + body
    }

    private static func processGroups(_ generator: inout SeededGenerator) -> (Int, [UInt8]) {
        let function = generator.below(14)
        let name = groupName(["a", "red", "", String(repeating: "g", count: 128)][generator.below(4)])
        let process = padded(UInt32(1 + generator.below(3)))
        switch function {
        case 0: return (function, name + process + padded(UInt32(generator.below(3))))
        case 1: return (function, name + process)
        case 2, 12:
            let payload = ByteMutation.noise(generator.below(generator.chance(0.05) ? 70_000 : 300), &generator)
            let size = padded(UInt32(payload.count))
            // These begin with the header of an answer, of which 8 bytes are still to come.
            let place = function == 12 ? size + padded(UInt32(1 + generator.below(4))) : []
            return (function, padded(0) + padded(2) + size + place + payload)
        case 3: return (function, name)
        case 5: return (function, name + padded(UInt32(1 + generator.below(3))))
        case 6, 7, 11: return (function, long(UInt64(generator.below(5))))
        case 9:
            let path = Array("/dev/shm/none".utf8)
            return (function, long(4096) + path + Array(repeating: 0, count: 128 - path.count))
        case 10: return (function, long(4096) + long(UInt64(generator.below(5))))
        default: return (function, [])
        }
    }

    private static func map(_ generator: inout SeededGenerator) -> (Int, [UInt8]) {
        let function = generator.below(11)
        let keys = [
            "totem.token", "a", "", "runtime.force_gather", "stats.srp.mcast_tx", String(repeating: "k", count: 255),
            "resources.system.load_15min.max", "resources.system.memory_used.poll_period", "resources.process.1.state",
            "resources.process.1.recovery", "resources.process.1.last_updated", "resources.watchdog_timeout",
        ]
        let key = mapName(keys[generator.below(keys.count)])
        switch function {
        case 0:
            let value = ByteMutation.noise([0, 1, 2, 4, 8, 30, 3000][generator.below(7)], &generator)
            return (function, key + long(UInt64(value.count)) + padded(UInt32(generator.below(13))) + value)
        case 1, 4: return (function, key)
        case 2: return (function, key + long(UInt64(generator.below(3) * 64)))
        case 3: return (function, key + padded(UInt32(bitPattern: Int32(generator.below(5) - 2))))
        case 7: return (function, key + padded(UInt32(generator.below(32))) + long(generator.next()))
        case 9: return (function, padded(UInt32(generator.below(3))))
        default: return (function, long(UInt64(generator.below(4))))
        }
    }

    private static func configuration(_ generator: inout SeededGenerator) -> (Int, [UInt8]) {
        let function = generator.below(13)
        let node = padded(UInt32(generator.below(4)))
        switch function {
        case 2: return (function, node + [4, 0] + Array("why?".utf8) + Array(repeating: 0, count: 254))
        case 9: return (function, node + padded(1))
        default: return (function, node)
        }
    }

    private static func voteQuorum(_ generator: inout SeededGenerator) -> [UInt8] {
        long(UInt64(generator.below(4))) + padded(UInt32(generator.below(8)))
    }

    // MARK: Fields

    private static func word(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }

    private static func padded(_ value: UInt32) -> [UInt8] { word(value) + [0, 0, 0, 0] }

    private static func long(_ value: UInt64) -> [UInt8] {
        word(UInt32(truncatingIfNeeded: value)) + word(UInt32(truncatingIfNeeded: value >> 32))
    }

    /// `mar_cpg_name_t`.
    private static func groupName(_ text: String) -> [UInt8] { padded(UInt32(text.utf8.count)) + field(text, 128) }

    /// `mar_name_t`.
    private static func mapName(_ text: String) -> [UInt8] {
        word(UInt32(text.utf8.count)) + word(0) + field(text, 256)
    }

    private static func field(_ text: String, _ size: Int) -> [UInt8] {
        Array(text.utf8.prefix(size)) + Array(repeating: 0, count: max(0, size - text.utf8.count))
    }
}

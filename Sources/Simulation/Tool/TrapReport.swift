internal import Glibc

/// Says which seeds were running when the process traps; nobody else could tell.
enum TrapReport {
    static let placeLimit = 64
    /// The seed of each thread; plain memory, because a signal handler reads it.
    nonisolated(unsafe) private static let seeds: UnsafeMutablePointer<UInt64> = {
        let seeds = UnsafeMutablePointer<UInt64>.allocate(capacity: placeLimit)
        seeds.initialize(repeating: 0, count: placeLimit)
        return seeds
    }()

    static func install() {
        _ = seeds
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGABRT, SIGBUS] {
            signal(number) { number in
                TrapReport.tell()
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }

    static func begins(_ seed: UInt64, in place: Int) { seeds[place % placeLimit] = seed }

    /// Without memory of its own: the process may be in any state.
    private static func tell() {
        write("\nlockstep-simulator: a trap, while these seeds ran:")
        for place in 0..<placeLimit where seeds[place] != 0 {
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { text in
                var (value, start) = (seeds[place], text.count)
                repeat {
                    start -= 1
                    text[start] = UInt8(ascii: "0") + UInt8(value % 10)
                    value /= 10
                } while value > 0
                start -= 1
                text[start] = UInt8(ascii: " ")
                _ = Glibc.write(2, text.baseAddress?.advanced(by: start), text.count - start)
            }
        }
        write("\n")
    }

    private static func write(_ text: StaticString) { _ = Glibc.write(2, text.utf8Start, text.utf8CodeUnitCount) }
}

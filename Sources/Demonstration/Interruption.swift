internal import Glibc
internal import Synchronization

/// Whether Ctrl-C or a termination was asked for: the story then ends at its next step and cleans up.
enum Interruption {
    private static let flag = Atomic<Bool>(false)

    static var happened: Bool { flag.load(ordering: .relaxed) }

    static func watch() {
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            Glibc.signal(signal) { _ in Interruption.flag.store(true, ordering: .relaxed) }
        }
    }
}

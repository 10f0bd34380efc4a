internal import ClusterConfiguration
internal import CorosyncClient
internal import EventLoop
internal import LocalServices

/// Tells when the corosync of this node has read its configuration again (`corosync-cfgtool -R`), as its map says.
///
/// Both daemons read one file. Without the map a reload is asked of each of them, as by SIGHUP. Calls wait for corosync's answer.
///
/// - Source: `config.reload_in_progress` of cmap_keys(8), 1 while corosync reads and 0 afterwards.
final class CorosyncReloads {
    private static let key = "config.reload_in_progress"
    private static let retryInterval: Duration = .milliseconds(500)

    private let loop: EventLoop
    private let log: Log
    private let reloaded: () -> Void
    private var map: MapClient?
    private var retryTimer: TimerID?
    private var hasComplained = false

    /// - Parameter reloaded: corosync is done with a reload, whatever came of it.
    init(loop: EventLoop, log: Log, reloaded: @escaping () -> Void) {
        self.loop = loop
        self.log = log
        self.reloaded = reloaded
    }

    /// Connects, again and again: corosync may be starting as well.
    func start() {
        retryTimer = nil
        do {
            let map = try MapClient()
            try map.track(Self.key, isPrefix: false)
            try loop.watch(map.descriptor, for: .readable) { [unowned self] _ in take() }
            self.map = map
        } catch {
            if !hasComplained { log.debugging("corosync's map cannot be followed yet: \(error)") }
            hasComplained = true
            retryTimer = loop.schedule(after: Self.retryInterval) { [unowned self] in start() }
        }
    }

    func stop() {
        if let retryTimer { loop.cancel(retryTimer) }
        if let map { loop.unwatch(map.descriptor) }
        map = nil
    }

    private func take() {
        guard let map else { return }
        do {
            while let change = try map.nextChange(milliseconds: 0) {
                if change.key == Self.key, change.new?.integer == 0 { reloaded() }
            }
        } catch {
            // Corosync is gone, which the messaging finds too and says.
            stop()
        }
    }
}

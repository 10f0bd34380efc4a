internal import CLinux
internal import ClusterTypes
internal import EventLoop
internal import Glibc
internal import LocalServices

/// The machine's watchdog: opened, pinged, and disarmed when the daemon ends in good order.
///
/// A device of the kernel is pinged with ioctl(2); any other file gets a byte a ping. When the daemon dies, the device stays armed.
///
/// - Source: the kernel's Documentation/watchdog/watchdog-api.rst.
final class WatchdogDevice {
    private let log: Log
    private let answer: (WatchdogOutcome) -> Void
    private var descriptor: Int32 = -1
    private var path = ""
    private var isDriver = false
    private var timeout: Duration = .zero

    init(log: Log, answer: @escaping (WatchdogOutcome) -> Void) {
        self.log = log
        self.answer = answer
    }

    func receive(_ request: WatchdogRequest) {
        switch request {
        case .open(let path, let timeout): open(path, timeout)
        case .setTimeout(let timeout): if descriptor >= 0 { setTimeout(timeout) }
        case .ping: if descriptor >= 0 { ping() }
        case .disarm:
            disarm()
            answer(.disarmed)
        }
    }

    private func open(_ path: String, _ timeout: Duration) {
        // A pipe that nobody reads must not keep the daemon.
        descriptor = Glibc.open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let failure = SystemCallFailure.latest(path)
            let hint = failure.code == ENOENT ? "; load the driver of the machine's watchdog, or softdog" : ""
            answer(.failed("\(failure)\(hint)"))
            return
        }
        self.path = path
        var identity = [CChar](repeating: 0, count: Int(LOCKSTEP_WATCHDOG_NAME_SIZE))
        isDriver = lockstep_watchdog_identify(descriptor, &identity) == 0
        if isDriver {
            let name = String(decoding: identity.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            log.notice("watchdog \(path) (\(name)) resets this machine when this daemon stops")
        } else {
            log.warning("watchdog \(path) is no device of the kernel's kind: it gets a byte a ping")
        }
        self.timeout = timeout
        setTimeout(timeout)
        if isDriver, lockstep_watchdog_enable(descriptor) != 0, errno != ENOTTY, errno != EOPNOTSUPP {
            log.information("\(SystemCallFailure.latest("\(path): to enable it"))")
        }
    }

    /// The device may keep another timeout than it is asked for, which then decides.
    private func setTimeout(_ wanted: Duration) {
        timeout = wanted
        if isDriver {
            let seconds = Int32(clamping: wanted.milliseconds / 1000)
            let hasSet = lockstep_watchdog_set_timeout(descriptor, seconds) == 0
            let actual = lockstep_watchdog_timeout(descriptor)
            if actual > 0 { timeout = .seconds(actual) }
            if !hasSet || (actual > 0 && actual != seconds) {
                log.warning(
                    "watchdog \(path) does not take a timeout of \(seconds) s: "
                        + "\(timeout.milliseconds / 1000) s holds")
            }
        }
        answer(.armed(timeout: timeout))
    }

    private func ping() {
        var byte = UInt8(ascii: ".")
        let hasPinged = isDriver ? lockstep_watchdog_keep_alive(descriptor) == 0 : write(descriptor, &byte, 1) == 1
        if !hasPinged { log.error("the watchdog cannot be pinged: \(SystemCallFailure.latest(path))") }
    }

    private func disarm() {
        guard descriptor >= 0 else { return }
        var magic = UInt8(ascii: "V")
        if write(descriptor, &magic, 1) == 1 {
            log.notice("watchdog \(path) is disarmed")
        } else {
            log.error(
                "watchdog \(path) stays armed: \(SystemCallFailure.latest("to write the letter that disarms it"))")
        }
        close(descriptor)
        descriptor = -1
    }
}

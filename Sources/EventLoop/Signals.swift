internal import CLinux
internal import Glibc

extension EventLoop {
    /// Keeps signals from interrupting the calling thread and all threads that it starts later, until somebody watches them.
    ///
    /// Call it before any other thread starts: a single thread without the mask would take the signal's default action.
    /// Child processes inherit the mask; whoever starts one must reset it.
    package static func blockSignals(_ signals: [Int32]) throws(SystemCallFailure) {
        var mask = sigset_t(signals)
        let code = pthread_sigmask(SIG_BLOCK, &mask, nil)
        if code != 0 { throw SystemCallFailure("pthread_sigmask", code: code) }
    }

    /// Delivers signals as events of this loop; blocks them in the calling thread, as ``blockSignals(_:)``.
    ///
    /// - Source: signalfd(2).
    package func watchSignals(_ signals: [Int32], handler: @escaping (Int32) -> Void) throws(SystemCallFailure) {
        try Self.blockSignals(signals)
        var mask = sigset_t(signals)
        let descriptor = signalfd(-1, &mask, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        if descriptor < 0 { throw .latest("signalfd") }
        try watch(descriptor, for: .readable) { _ in
            var information = signalfd_siginfo()
            let size = MemoryLayout<signalfd_siginfo>.size
            while read(descriptor, &information, size) == size { handler(Int32(bitPattern: information.ssi_signo)) }
        }
    }
}

extension sigset_t {
    fileprivate init(_ signals: [Int32]) {
        self.init()
        sigemptyset(&self)
        for signal in signals { sigaddset(&self, signal) }
    }
}

internal import CLinux
internal import Glibc

/// A signal and where it comes from.
package struct ArrivedSignal: Sendable, Equatable {
    package let number: Int32
    /// True when no process sent it but the kernel: for SIGINT, SIGQUIT and SIGHUP that is the terminal, which tells every process
    /// of its foreground group.
    package let isFromKernel: Bool

    /// - Parameter code: `si_code` of sigaction(2).
    fileprivate init(number: Int32, code: Int32) {
        self.number = number
        isFromKernel = code == 0x80  // SI_KERNEL, which the headers of Swift's overlay leave out.
    }
}

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
    package func watchSignals(_ signals: [Int32], handler: @escaping (ArrivedSignal) -> Void) throws(SystemCallFailure)
    {
        try Self.blockSignals(signals)
        var mask = sigset_t(signals)
        let descriptor = signalfd(-1, &mask, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        if descriptor < 0 { throw .latest("signalfd") }
        try watch(descriptor, for: .readable) { _ in
            var information = signalfd_siginfo()
            let size = MemoryLayout<signalfd_siginfo>.size
            while read(descriptor, &information, size) == size {
                handler(ArrivedSignal(number: Int32(bitPattern: information.ssi_signo), code: information.ssi_code))
            }
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

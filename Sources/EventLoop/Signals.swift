internal import CLinux
internal import Glibc

extension EventLoop {
    /// Delivers signals as events of this loop instead of interrupting whatever runs.
    ///
    /// Blocks them in the calling thread, so call it before other threads start: threads inherit the mask. Child processes
    /// inherit it too; whoever starts one must reset its mask.
    ///
    /// - Source: signalfd(2).
    package func watchSignals(_ signals: [Int32], handler: @escaping (Int32) -> Void) throws(SystemCallFailure) {
        var mask = sigset_t()
        sigemptyset(&mask)
        for signal in signals { sigaddset(&mask, signal) }
        let code = pthread_sigmask(SIG_BLOCK, &mask, nil)
        if code != 0 { throw SystemCallFailure("pthread_sigmask", code: code) }
        let descriptor = signalfd(-1, &mask, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        if descriptor < 0 { throw .latest("signalfd") }
        try watch(descriptor, for: .readable) { _ in
            var information = signalfd_siginfo()
            let size = MemoryLayout<signalfd_siginfo>.size
            while read(descriptor, &information, size) == size { handler(Int32(bitPattern: information.ssi_signo)) }
        }
    }
}

extension Session {
    /// Waits until the cluster has settled, when `--wait` was given: idle, nothing in flight, and so twice in a row.
    ///
    /// On a terminal shows what is going on.
    ///
    /// - Throws: `.timeout`, naming what was still going on.
    func settle() throws(CommandFailure) {
        guard options.waits, try connection().isLive else { return }
        var quiet = 0
        let interval = Duration.milliseconds(100)
        // The first look may come before the change reached the scheduler.
        facilities.pause(interval)
        for _ in 0..<(options.waitLimit * 10) {
            guard let activity = try connection().activity() else { return }
            quiet = activity.isSettled ? quiet + 1 : 0
            if quiet == 2 {
                console.progress("")
                return
            }
            console.progress(activity.progressText)
            facilities.pause(interval)
        }
        let activity = try connection().activity()
        console.progress("")
        throw CommandFailure(
            .timeout,
            "the cluster did not settle within \(options.waitLimit) s: " + (activity?.progressText ?? ""),
            advice: "The change itself was made. Look with: \(programName) status")
    }
}

extension ClusterActivity {
    package var isSettled: Bool { work == .idle && pendingActions.isEmpty }

    /// One line for people.
    package var progressText: String {
        let doing = pendingActions.isEmpty ? "" : ": " + pendingActions.joined(separator: ", ")
        switch work {
        case .idle: return pendingActions.isEmpty ? "settled" : "running" + doing
        case .computing: return "deciding what to do" + doing
        case .transition(let id, let completed, let actions):
            return "transition \(id): \(completed) of \(actions) actions done" + doing
        }
    }
}

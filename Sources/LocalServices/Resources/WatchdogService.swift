internal import ClusterConfiguration
internal import ClusterTypes
internal import Messaging

/// Pings the machine's watchdog while everything that the map shows below `resources.process` and `resources.system` is in order.
///
/// What is watched has the keys `state`, `recovery`, `last_updated` (nanoseconds of CLOCK_MONOTONIC) and `poll_period`. It fails when
/// its state is `failed` or `disabled`, or when it was not updated for one and a half periods; with recovery `watchdog` or `quit` the
/// watchdog is then never pinged again, and the machine is reset. One that is `stopped` is left alone.
///
/// The pings are decided on here, on the messaging thread: where that stops, they stop. Without a device nothing is watched.
///
/// - Source: wd.c of corosync 3.1.7.
/// - Deviation: changes of `poll_period` hold; recovery `reboot` and `shutdown`, which cmap_keys(7) does not know, are `watchdog`;
///   a process that waits for quorum is not late, and nobody is when this daemon itself wakes late; pings follow the timeout that
///   the device has, not the one that it refused.
struct WatchdogService: Sendable {
    private enum State { case stopped, running, failed }

    private struct Watched {
        var state = State.stopped
        var period: Duration
        /// When it is looked at next.
        var checkAt: Instant
    }

    private enum Device: Equatable {
        case absent
        case opening
        case armed(timeout: Duration)
        /// Something has failed, and nothing is pinged any more.
        case abandoned
    }

    /// How long a resource has for its first update, at least.
    private static let firstCheck: Duration = .seconds(6)
    private static let defaultPeriod: Duration = .seconds(6)

    private var device = Device.absent
    /// The last usable value of `resources.watchdog_timeout`.
    private var timeout = ResourceSettings.watchdogTimeout
    /// By what their keys begin with.
    private var watched: [String: Watched] = [:]

    /// Begins with what the map says.
    mutating func start(_ map: ConfigurationMap, at now: Instant, into effects: inout [ResourceEffect]) {
        guard let path = ResourceSettings.device(map[ResourceSettings.deviceKey]?.text) else { return }
        device = .opening
        timeout = map.watchdogTimeout ?? timeout
        effects.append(.ask(.watchdog(.open(path: path, timeout: timeout))))
        for entry in map.entries(withPrefix: "resources.") {
            guard let key = ResourceKey(entry.key), key.property == "state" else { continue }
            watch(key.prefix, map, at: now, into: &effects)
        }
    }

    // MARK: The device

    mutating func received(_ outcome: WatchdogOutcome, into effects: inout [ResourceEffect]) {
        switch outcome {
        case .armed(let timeout):
            guard device != .abandoned else { return }
            device = .armed(timeout: timeout)
            effects.append(.ask(.watchdog(.ping)))
            effects.append(.arm(.watchdogPing, after: timeout / 2))
        case .failed(let reason):
            effects.append(.report(.error, "there is no watchdog for this node: \(reason)"))
            effects.append(.cancel(.watchdogPing))
            for prefix in watched.keys.sorted() { effects.append(.cancel(.watchedResource(prefix))) }
            watched = [:]
            device = .absent
        case .disarmed:
            effects.append(.cancel(.watchdogPing))
            device = .absent
        }
    }

    mutating func pingTimerFired(into effects: inout [ResourceEffect]) {
        guard case .armed(let timeout) = device else { return }
        effects.append(.ask(.watchdog(.ping)))
        effects.append(.arm(.watchdogPing, after: timeout / 2))
    }

    // MARK: Resources

    mutating func changed(
        _ change: MapChange, _ map: ConfigurationMap, at now: Instant, into effects: inout [ResourceEffect]
    ) {
        if device == .absent { return }
        if change.key == ResourceSettings.timeoutKey { return timeoutChanged(change, map, into: &effects) }
        guard let key = ResourceKey(change.key), key.property != "last_updated", key.property != "current" else {
            return
        }
        if change.new == nil {
            guard key.property == "state", watched.removeValue(forKey: key.prefix) != nil else { return }
            effects.append(.cancel(.watchedResource(key.prefix)))
        } else if let present = watched[key.prefix] {
            if key.property == "poll_period", map.pollPeriod(change.key) == present.period { return }
            reconsider(key.prefix, map, at: now, into: &effects)
        } else if key.property == "state" {
            watch(key.prefix, map, at: now, into: &effects)
        }
    }

    private mutating func timeoutChanged(
        _ change: MapChange, _ map: ConfigurationMap, into effects: inout [ResourceEffect]
    ) {
        if let timeout = map.watchdogTimeout {
            self.timeout = timeout
            if case .armed(let present) = device, present != timeout {
                effects.append(.ask(.watchdog(.setTimeout(timeout))))
            }
        } else {
            let limits = ResourceSettings.watchdogTimeouts
            effects.append(
                .report(
                    .warning,
                    "\(change.key) cannot be \(change.new?.rendered ?? "deleted"): it is a number of seconds, type u32, "
                        + "from \(limits.lowerBound.milliseconds / 1000) to \(limits.upperBound.milliseconds / 1000)"))
            effects.append(.put(change.key, .uint32(UInt32(clamping: timeout.milliseconds / 1000))))
        }
    }

    /// A resource is new.
    private mutating func watch(
        _ prefix: String, _ map: ConfigurationMap, at now: Instant, into effects: inout [ResourceEffect]
    ) {
        let key = prefix + "poll_period"
        let period = map.pollPeriod(key) ?? Self.defaultPeriod
        watched[prefix] = Watched(period: period, checkAt: now)
        if map[key] == nil { effects.append(.put(key, .uint64(UInt64(period.milliseconds)))) }
        guard isToBeWatched(prefix, map) else { return }
        watched[prefix]?.state = .running
        check(prefix, after: max(period * 2, Self.firstCheck), at: now, into: &effects)
    }

    private func isToBeWatched(_ prefix: String, _ map: ConfigurationMap) -> Bool {
        guard map[prefix + "recovery"]?.text != nil, let state = map[prefix + "state"]?.text else { return false }
        return state != "stopped"
    }

    private mutating func check(
        _ prefix: String, after delay: Duration, at now: Instant, into effects: inout [ResourceEffect]
    ) {
        watched[prefix]?.checkAt = now + delay
        effects.append(.arm(.watchedResource(prefix), after: delay))
    }

    /// A resource's keys have changed.
    private mutating func reconsider(
        _ prefix: String, _ map: ConfigurationMap, at now: Instant, into effects: inout [ResourceEffect]
    ) {
        guard var resource = watched[prefix] else { return }
        // The next update comes after the longer of the two periods.
        let previous = resource.period
        resource.period = map.pollPeriod(prefix + "poll_period") ?? previous
        let isWatched = isToBeWatched(prefix, map)
        resource.state = isWatched ? .running : .stopped
        watched[prefix] = resource
        if isWatched {
            check(prefix, after: max(previous, resource.period), at: now, into: &effects)
        } else {
            effects.append(.cancel(.watchedResource(prefix)))
        }
    }

    mutating func checkTimerFired(
        _ prefix: String, _ map: ConfigurationMap, at now: Instant, into effects: inout [ResourceEffect]
    ) {
        guard let resource = watched[prefix], resource.state == .running else { return }
        // Who wakes late has not read what came meanwhile.
        let isLate = now - resource.checkAt > resource.period / 2
        guard !isLate, let fault = fault(of: prefix, resource, map, at: now) else {
            check(prefix, after: resource.period, at: now, into: &effects)
            return
        }
        watched[prefix]?.state = .failed
        let recovery = map[prefix + "recovery"]?.text ?? "none"
        let name = prefix.dropLast()
        effects.append(.report(.error, "\(name) is not in order: \(fault) (recovery: \(recovery))"))
        switch recovery {
        case "watchdog", "quit", "reboot", "shutdown":
            device = .abandoned
            effects.append(.cancel(.watchdogPing))
            effects.append(
                .report(.error, "the watchdog is not pinged any more, and will reset this machine: \(name) has failed"))
        default: break
        }
    }

    /// What is wrong with a resource; `nil` when nothing is.
    private func fault(of prefix: String, _ resource: Watched, _ map: ConfigurationMap, at now: Instant) -> String? {
        guard let updated = map[prefix + "last_updated"]?.integer else { return "last_updated is missing" }
        guard let state = map[prefix + "state"]?.text else { return "its state is missing" }
        if state == "disabled" || state == "failed" { return "its state is \(state)" }
        // 0: it has not begun.
        if updated == 0 || state == "waiting for quorum" { return nil }
        let limit = Instant(nanoseconds: updated) + resource.period * 3 / 2
        return limit < now ? "it was last updated \((now - Instant(nanoseconds: updated)).milliseconds) ms ago" : nil
    }
}

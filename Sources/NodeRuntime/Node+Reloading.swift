internal import ClusterConfiguration
internal import ClusterTypes
internal import CorosyncIPC
internal import EventLoop

// A configuration that is read again, or changed through the map, while the node runs.
extension Node {
    /// Reads the configuration again; what runs stays untouched when it is not usable.
    func reload(requester: UInt64) {
        do {
            let changed = try NodeSettings(options, running: settings)
            adopt(changed)
            liveChanges = LiveChanges()
            if let reloaded = Self.reloaded(changed) { messaging?.reloaded(reloaded, requester) }
            manager?.post(.configured(Self.nodes(changed)))
            log.notice("\(changed.cluster.file) was read again and holds now")
        } catch {
            log.error("the configuration stays as it was, since the file is not usable:")
            for problem in error.description.split(separator: "\n") { log.error(String(problem)) }
            messaging?.reloaded(nil, requester)
        }
    }

    /// Takes over settings that programs have changed in the configuration map, on top of what the file says.
    func tune(_ changes: LiveChanges) {
        do {
            let changed = try settings.tuned(by: changes)
            adopt(changed)
            messaging?.tuned(Self.reloaded(changed))
            log.notice("a program has changed settings: \(changes.changes(since: liveChanges))")
            liveChanges = changes
        } catch {
            log.error("a program wanted settings that are not possible:")
            for problem in error.description.split(separator: "\n") { log.error(String(problem)) }
            messaging?.tuned(nil)
        }
    }

    private func adopt(_ changed: NodeSettings) {
        for warning in changed.warnings where !settings.warnings.contains(warning) { log.warning(warning) }
        for refusal in changed.refusals { log.warning(refusal) }
        settings = changed
        log.change(Daemon.logSettings(changed))
    }

    /// For our own messaging.
    private static func reloaded(_ settings: NodeSettings) -> MessagingDriver.Reloaded? {
        settings.transport.map {
            .init(cluster: settings.cluster, transport: $0, map: map(settings, isInitial: false))
        }
    }

    static func nodes(_ settings: NodeSettings) -> [NamedNode] {
        settings.cluster.nodes.map { NamedNode(id: $0.id, name: $0.name) }
    }

    /// The configuration map that follows from the settings.
    static func map(_ settings: NodeSettings, isInitial: Bool) -> ConfigurationMap {
        let cluster = settings.cluster
        let access = AccessList(users: cluster.lockstep.allowedUsers, groups: cluster.lockstep.allowedGroups)
        let (users, groups) = (access.users.sorted(), access.groups.sorted())
        return isInitial
            ? .initial(cluster, text: settings.text, localNode: settings.local.id, users: users, groups: groups)
            : .configuration(cluster, text: settings.text, localNode: settings.local.id, users: users, groups: groups)
    }
}

extension ClusterSettings {
    /// Takes back what a running node cannot change, as corosync does on a reload.
    ///
    /// - Parameter running: the settings that hold.
    /// - Returns: a sentence for each setting that the file has differently.
    package mutating func keepWhatOnlyARestartChanges(of running: ClusterSettings) -> [String] {
        var refusals: [String] = []
        func keep<Value: Equatable>(_ key: String, _ path: WritableKeyPath<ClusterSettings, Value>) {
            guard self[keyPath: path] != running[keyPath: path] else { return }
            self[keyPath: path] = running[keyPath: path]
            refusals.append("\(file): \(key) has changed; a running node keeps the old value until it is restarted")
        }
        keep("totem.cluster_name", \.totem.clusterName)
        keep("totem.ip_version", \.totem.addressFamily)
        keep("totem.netmtu", \.totem.netMTU)
        keep("quorum.provider", \.quorum.provider)
        keep("system.sched_rr", \.system.usesRealTime)
        keep("system.priority", \.system.priority)
        keep("resources.watchdog_device", \.resources.watchdogDevice)
        keep("lockstep.ocf_root", \.lockstep.ocfRoot)
        keep("lockstep.fence_agents", \.lockstep.fenceAgentDirectories)
        keep("lockstep.messaging", \.lockstep.messaging)
        keep("lockstep.resource_manager", \.lockstep.runsResourceManager)
        keep("lockstep.group", \.lockstep.group)
        return refusals
    }
}

internal import Agents
internal import ClusterConfiguration
internal import Glibc

/// Where this node finds agents: those of the configuration, and those that came with the program.
enum AgentPlaces {
    /// Our agents are in the tree that the program was built in, or under the prefix where it was installed.
    static func directories(_ settings: LockstepSettings) -> AgentDirectories {
        var directories = AgentDirectories(
            ownFolder: buildTreeFolder, ocfRoot: settings.ocfRoot, fenceFolders: settings.fenceAgentDirectories)
        for folder in ancestors.prefix(2).dropFirst() {
            add(folder + "/lib/ocf/resource.d", to: &directories.ocfFolders)
            add(folder + "/sbin", to: &directories.fenceFolders)
        }
        return directories
    }

    private static func add(_ folder: String, to list: inout [String]) {
        if !list.contains(folder), access(folder, F_OK) == 0 { list.append(folder) }
    }

    private static var buildTreeFolder: String? {
        ancestors.map { $0 + "/resource-agents" }.first { access($0 + "/lockstep", F_OK) == 0 }
    }

    /// The `lockstep` that belongs to this daemon: beside it, or in `bin` where it is installed in `sbin`.
    static var commandProgram: String? {
        let places =
            ancestors.prefix(1).map { $0 + "/lockstep" } + ancestors.dropFirst().prefix(1).map { $0 + "/bin/lockstep" }
        return places.first { access($0, X_OK) == 0 }
    }

    /// The folders above the program, the nearest first.
    private static var ancestors: [String] {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { return [] }
        var parts = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self).split(
            separator: "/")
        var result: [String] = []
        while parts.popLast() != nil, !parts.isEmpty { result.append("/" + parts.joined(separator: "/")) }
        return result
    }
}

package import Agents
internal import CLinux
internal import Glibc

/// The agents in this machine's folders, asked for their meta-data by running them.
package final class MachineAgents: AgentSource {
    private let directories: AgentDirectories
    private var known: [AgentReference: AgentMetadata?] = [:]
    /// Read at first use: most commands need no agent.
    package private(set) lazy var catalogue = readCatalogue()

    package init(directories: AgentDirectories) { self.directories = directories }

    /// The agents of the system, and those that came with this program: in the tree that it was built in, or under the
    /// prefix where it is installed.
    package static func ofThisMachine() -> MachineAgents {
        let folders = foldersAboveProgram()
        let own = folders.map { $0 + "/resource-agents" }.first { fileExists($0 + "/lockstep") }
        var directories = AgentDirectories(ownFolder: own)
        if folders.count > 1 {
            for (folder, list) in [
                (folders[1] + "/lib/ocf/resource.d", \AgentDirectories.ocfFolders),
                (folders[1] + "/sbin", \.fenceFolders),
            ] where !directories[keyPath: list].contains(folder) && fileExists(folder) {
                directories[keyPath: list].append(folder)
            }
        }
        return MachineAgents(directories: directories)
    }

    package func metadata(of agent: AgentReference) -> AgentMetadata? {
        if let metadata = known[agent] { return metadata }
        let metadata = readMetadata(agent)
        known[agent] = metadata
        return metadata
    }

    private func readCatalogue() -> AgentCatalogue {
        let providers = directories.ocfFolders.flatMap { folder in
            folderEntries(folder).filter { $0 != "fence" && $0 != ".ocf-shellfuncs" }.map { provider in
                AgentCatalogue.Listing(folder: provider, names: programs(in: folder + "/" + provider))
            }
        }
        let fences = directories.fenceFolders.map { AgentCatalogue.Listing(folder: $0, names: programs(in: $0)) }
        let units = ["/lib/systemd/system", "/etc/systemd/system"].flatMap(folderEntries).filter {
            $0.hasSuffix(".service") && !$0.hasSuffix("@.service")
        }
        return AgentCatalogue(
            providers: providers, fenceFolders: fences, initScripts: programs(in: directories.initScriptFolder),
            units: units)
    }

    private func programs(in folder: String) -> [String] {
        folderEntries(folder).filter { name in
            var entry = stat()
            let path = folder + "/" + name
            return stat(path, &entry) == 0 && entry.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
        }
    }

    private func readMetadata(_ agent: AgentReference) -> AgentMetadata? {
        guard agent.isWellFormed else { return nil }
        let paths: [String]
        let argument: String
        switch agent.standard {
        case .ocf:
            paths = directories.ocfFolders.map { "\($0)/\(agent.provider ?? "")/\(agent.type)" }
            argument = "meta-data"
        case .stonith:
            paths = directories.fenceFolders.map { "\($0)/\(agent.type)" }
            argument = "-o"
        case .systemd, .lsb, .service: return nil
        }
        guard let path = paths.first(where: { access($0, X_OK) == 0 }) else { return nil }
        let arguments = agent.standard == .stonith ? [argument, "metadata"] : [argument]
        let environment = [
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "OCF_ROOT=\(directories.ocfRoot)",
            "OCF_RA_VERSION_MAJOR=1", "OCF_RA_VERSION_MINOR=1", "__OCF_ACTION=meta-data",
            "OCF_RESOURCE_TYPE=\(agent.type)", "OCF_RESOURCE_PROVIDER=\(agent.provider ?? "")",
        ]
        guard let output = runProgram(path, arguments, environment: environment, limit: .seconds(10)) else {
            return nil
        }
        return try? AgentMetadata(parsing: String(decoding: output, as: UTF8.self))
    }
}

/// The folders above the program, the nearest first.
private func foldersAboveProgram() -> [String] {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    guard count > 0 else { return [] }
    var parts = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: "/")
    var folders: [String] = []
    while parts.popLast() != nil, !parts.isEmpty { folders.append("/" + parts.joined(separator: "/")) }
    return folders
}

/// The standard output of a program, at most 1 MiB; `nil` when it cannot be run or does not end in time.
func runProgram(
    _ path: String, _ arguments: [String], environment: [String], limit: Duration
) -> [UInt8]? {
    var ends: [Int32] = [-1, -1]
    guard lockstep_pipe(&ends) == 0 else { return nil }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var child: pid_t = 0
    let words = ([path] + arguments).map { strdup($0) } + [nil]
    let variables = environment.map { strdup($0) } + [nil]
    defer { for text in words + variables { free(text) } }
    let result = posix_spawn(&child, path, &actions, nil, words, variables)
    close(ends[1])
    guard result == 0 else { return nil }
    let output = readUntilEnd(ends[0], limit: limit)
    if output == nil { kill(child, SIGKILL) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    return output
}

/// Everything up to the end of file; `nil` when that does not come in time.
private func readUntilEnd(_ descriptor: Int32, limit: Duration) -> [UInt8]? {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let (seconds, fraction) = (deadline - clock.now).components
        guard seconds >= 0, fraction >= 0, output.count <= 1 << 20 else { return nil }
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let ready = poll(&request, 1, Int32(clamping: seconds * 1000 + fraction / 1_000_000_000_000_000 + 1))
        if ready < 0 && errno == EINTR { continue }
        guard ready > 0 else { return nil }
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return count == 0 ? output : nil }
        output.append(contentsOf: buffer[..<count])
    }
}

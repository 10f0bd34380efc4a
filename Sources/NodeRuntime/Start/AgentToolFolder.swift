internal import Agents
internal import Glibc

/// Makes the folder in which agents find the cluster's programs: links to the `lockstep` beside this daemon.
enum AgentToolFolder {
    /// - Returns: whether the folder is there with all its links; without a `lockstep` to link to it is not made.
    static func make(_ folder: String) -> Bool {
        guard let program = AgentPlaces.commandProgram, (try? FileAccess.makeDirectory(folder, mode: 0o755)) != nil
        else {
            return false
        }
        return AgentTools.names.allSatisfy { name in
            let path = folder + "/" + name
            unlink(path)
            return symlink(program, path) == 0
        }
    }
}

/// Which agents a machine has, from listings of its agent folders.
///
/// Whoever reads the folders leaves out entries that are neither executable files nor folders.
package struct AgentCatalogue: Sendable, Equatable {
    /// A folder with the names in it.
    package struct Listing: Sendable, Equatable {
        package var folder: String
        package var names: [String]

        package init(folder: String, names: [String]) {
            self.folder = folder
            self.names = names
        }
    }

    /// Every agent, sorted by standard, provider and type.
    package let agents: [AgentReference]

    /// - Parameters:
    ///   - providers: for each provider's folder (`…/resource.d/heartbeat`) its files; the folder's last component names
    ///     the provider.
    ///   - fenceFolders: the files of the folders with fence agents; those named `fence_…` count.
    ///   - initScripts: the files of the folder with init scripts.
    ///   - units: names of unit files known to the service manager.
    package init(providers: [Listing], fenceFolders: [Listing] = [], initScripts: [String] = [], units: [String] = []) {
        var found: Set<AgentReference> = []
        for listing in providers {
            let provider = listing.folder.split(separator: "/").last.map(String.init) ?? ""
            for name in listing.names where !name.hasPrefix(".") {
                found.insert(AgentReference(.ocf, provider: provider, name))
            }
        }
        for listing in fenceFolders {
            for name in listing.names where name.hasPrefix("fence_") { found.insert(AgentReference(.stonith, name)) }
        }
        for name in initScripts where !Self.isNoInitScript(name) { found.insert(AgentReference(.lsb, name)) }
        for unit in units {
            let name = unit.hasSuffix(".service") ? String(unit.dropLast(".service".count)) : unit
            found.insert(AgentReference(.systemd, name))
        }
        agents = found.filter(\.isWellFormed).sorted {
            ($0.standard.rawValue, $0.provider ?? "", $0.type) < ($1.standard.rawValue, $1.provider ?? "", $1.type)
        }
    }

    /// The providers of the standard `ocf`, sorted.
    package var providers: [String] {
        var result: [String] = []
        for agent in agents where agent.standard == .ocf {
            if let provider = agent.provider, result.last != provider { result.append(provider) }
        }
        return result
    }

    /// The types of a standard, and of a provider when one is given, sorted.
    package func types(of standard: AgentStandard, provider: String? = nil) -> [String] {
        agents.filter { $0.standard == standard && (provider == nil || $0.provider == provider) }.map(\.type)
    }

    /// The agents of the standard `ocf` with that type: what `IPaddr2` alone may mean.
    package func alternatives(ofType type: String) -> [AgentReference] {
        agents.filter { $0.standard == .ocf && $0.type == type }
    }

    /// Files that live among init scripts without being services.
    private static func isNoInitScript(_ name: String) -> Bool {
        name.hasPrefix(".")
            || ["README", "functions", "skeleton", "rc", "rcS", "single", "halt", "reboot"].contains(name)
    }
}

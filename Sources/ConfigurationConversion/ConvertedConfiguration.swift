/// A corosync.conf(5) made from the configuration of an older cluster, and what of that has no counterpart.
package struct ConvertedConfiguration: Sendable, Equatable {
    package struct Node: Sendable, Equatable {
        package var id: UInt32
        package var name: String
        /// By link.
        package var addresses: [String]
        package var votes = 1
    }

    /// Something of the old file that is not in the new one, or not in the same way.
    package struct Note: Sendable, Equatable, CustomStringConvertible {
        /// Counted from 1; 0 for the whole file.
        package var line: Int
        package var text: String

        package var description: String { line > 0 ? "line \(line): \(text)" : text }
    }

    struct Entry: Sendable, Equatable {
        var key: String
        var value: String
    }

    package internal(set) var nodes: [Node] = []
    /// In the order in which they were found.
    package internal(set) var notes: [Note] = []
    var totem: [Entry] = []
    var quorum: [Entry] = []
    var logging: [Entry] = []
    /// The UDP port of the first link.
    var port: String?

    mutating func note(_ line: Int, _ text: String) { notes.append(Note(line: line, text: text)) }

    /// The text of the file.
    package var text: String {
        var lines = ["totem {", "    version: 2"]
        lines += totem.map { "    \($0.key): \($0.value)" } + ["    transport: knet"]
        if let port { lines += ["    interface {", "        linknumber: 0", "        mcastport: \(port)", "    }"] }
        lines += ["}", "", "nodelist {"]
        for node in nodes {
            lines += ["    node {", "        name: \(node.name)", "        nodeid: \(node.id)"]
            lines += node.addresses.enumerated().map { "        ring\($0)_addr: \($1)" }
            if node.votes != 1 { lines.append("        quorum_votes: \(node.votes)") }
            lines.append("    }")
        }
        lines += ["}", "", "quorum {", "    provider: corosync_votequorum"]
        lines += quorum.map { "    \($0.key): \($0.value)" } + ["}"]
        if !logging.isEmpty { lines += ["", "logging {"] + logging.map { "    \($0.key): \($0.value)" } + ["}"] }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A value that cannot end its line or open a section.
    static func cleaned(_ value: String) -> String {
        String(value.map { $0.isNewline || $0 == "{" || $0 == "}" ? " " : $0 })
    }

    /// Free node ids for the nodes without one.
    mutating func numberNodes() {
        var used = Set(nodes.map(\.id))
        var next: UInt32 = 1
        for index in nodes.indices where nodes[index].id == 0 {
            while used.contains(next) { next += 1 }
            nodes[index].id = next
            used.insert(next)
        }
    }
}

/// Why a file cannot be converted.
package struct ConversionFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

extension ConvertedConfiguration {
    /// Converts a cluster.conf(5) or an ha.cf, told apart by their first character.
    package init(converting text: String) throws(ConversionFailure) {
        self = text.first { !$0.isWhitespace } == "<" ? try .fromClusterConf(text) : try .fromHeartbeat(text)
    }
}

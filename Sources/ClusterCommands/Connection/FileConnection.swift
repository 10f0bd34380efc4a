package import CIB
package import XMLTree

/// A CIB in a file: changes are applied here and written back at once; nothing runs behind it.
package final class FileConnection: ClusterConnection {
    private let path: String
    private let origin: CIBOrigin

    /// - Parameter origin: what a change records in the root; taken as it is.
    package init(path: String, origin: CIBOrigin) {
        self.path = path
        self.origin = origin
    }

    package var isLive: Bool { false }

    package func document() throws(CommandFailure) -> CIBDocument {
        let bytes = try readFile(path)
        do { return try CIBDocument(parsing: bytes) } catch {
            throw CommandFailure(.dataError, "\(path): \(error)")
        }
    }

    package func query(xpath: String) throws(CommandFailure) -> [XMLElement] {
        let document = try document()
        do { return try document.query(xpath: xpath) } catch { throw CommandFailure(error) }
    }

    package func change(
        _ operations: [CIBOperation], expecting version: CIBVersion?
    ) throws(CommandFailure) -> CIBVersion {
        var document = try document()
        do {
            try document.apply(CIBChange(operations, expectedVersion: version, origin: origin))
        } catch {
            throw CommandFailure(error)
        }
        try writeFile(path, Array(document.root.formatted().utf8), mode: nil)
        return document.version
    }

    package func activity() -> ClusterActivity? { nil }

    package func forget(_ history: HistoryKind, resource: String?, node: String?) throws(CommandFailure) {
        throw notRunning("\(history.rawValue) of a resource")
    }

    package func fence(node: String, action: String) throws(CommandFailure) { throw notRunning("fencing") }

    package func confirmFenced(node: String) throws(CommandFailure) { throw notRunning("confirming a fencing") }

    package func setAttribute(
        node: String, name: String, value: String?, lifetime: AttributeLifetime
    ) throws(CommandFailure) {
        throw notRunning("setting a transient attribute")
    }

    package func shutDown() throws(CommandFailure) { throw notRunning("a shutdown") }

    package func followEvents(_ receive: (String) -> Bool) throws(CommandFailure) { throw notRunning("a timeline") }

    private func notRunning(_ what: String) -> CommandFailure {
        CommandFailure(
            .unavailable, "\(what) needs a running cluster, and this is the file \(path)",
            advice: "Leave out --file, or unset CIB_file, to talk to the cluster.")
    }
}

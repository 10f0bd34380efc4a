internal import BZip2
internal import ClusterConfiguration
internal import ClusterTypes
internal import Scheduler
internal import XMLTree

/// The options that say which document a schedule is made from.
let documentOptions: [CommandOption] = [
    CommandOption("xml-file", "x", value: "FILE", "A CIB in a file"),
    CommandOption("live", "L", "The running cluster (the default), whatever CIB_file says"),
    CommandOption("transition", value: "N", "A past transition, as this node decided it when it was controller"),
]

/// The document and time that the options name: the running cluster's, a file's, or those of a past transition.
///
/// A document that carries the time it was scheduled at (`execution-date`) is judged at that time.
func schedulerInput(_ session: Session, _ arguments: Arguments) throws -> SchedulerInput {
    let sources = ["xml-file", "live", "transition"].filter { arguments.has($0) }
    guard sources.count <= 1 else {
        throw CommandFailure.usage("--\(sources.joined(separator: " and --")) exclude each other")
    }
    var document: XMLElement
    if let path = arguments.value("xml-file") {
        document = try readDocument(path)
    } else if let text = arguments.value("transition") {
        document = try readDocument(try pathOfTransition(text, session))
    } else {
        if arguments.has("live") { session.options.file = nil }
        document = try session.currentDraft().edited
    }
    guard document.name == "cib" else {
        throw CommandFailure(.dataError, "the document is a \"\(document.name)\" element, expected \"cib\"")
    }
    if document.child("status") == nil { document.children.append(XMLElement("status")) }
    let saved = document["execution-date"].flatMap { Int64($0) }.flatMap { $0 == 0 ? nil : WallTime(seconds: $0) }
    // Passwords are often blanked in files that people pass on: that they differ then says nothing.
    let options = SchedulerOptions(isSanitized: arguments.has("xml-file"))
    return SchedulerInput(cib: document, now: saved ?? session.facilities.now(), options: options)
}

private func readDocument(_ path: String) throws -> XMLElement {
    let bytes = try readFile(path)
    do {
        return try XMLElement(parsing: isBZip2(bytes) ? decompressBZip2(bytes, limit: XMLLimits.documentSize) : bytes)
    } catch {
        throw CommandFailure(.dataError, "\(path): \(error)")
    }
}

private func pathOfTransition(_ text: String, _ session: Session) throws -> String {
    guard let number = UInt64(text) else {
        throw CommandFailure.usage("--transition is \"\(text)\", expected the number of a transition")
    }
    let folder = NodeDirectory(root: session.root).schedulerInputs
    let path = SchedulerInputName.path(in: folder, number: number)
    guard fileExists(path) else {
        let saved = folderEntries(folder).compactMap { SchedulerInputName.number(of: $0) }.sorted()
        let known = saved.isEmpty ? "none is saved there" : "saved are \(saved[0]) to \(saved[saved.count - 1])"
        throw CommandFailure(
            .noInput, "\(path): no such transition on this node; \(known)",
            advice: "The node that was controller at that time keeps it.")
    }
    return path
}

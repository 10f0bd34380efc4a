internal import CIB
internal import XMLTree

/// `cib …`: the document itself, as XML.
let cibLevel = CommandLevel(
    "cib", [], "The cluster's document: query and change it as XML",
    [
        Command(
            "query", ["show"], "Print the CIB, a section, or what an XPath expression selects",
            options: [
                scopeOption, CommandOption("xpath", "A", value: "XPATH", "Elements that the expression selects"),
            ],
            run: queryCIB),
        Command(
            "replace", "Replace the CIB, or an element of the same name and id", options: changeOptions, words: [.file]
        ) {
            try change($0, $1) { element, scope, creates in .replace(element, in: scope, allowsCreation: creates) }
        },
        Command("create", "Add an element", options: changeOptions, words: [.file]) {
            try change($0, $1) { element, scope, _ in .create(element, in: scope) }
        },
        Command(
            "modify", "Merge an element into the one of the same name and id",
            options: changeOptions + [CommandOption("allow-create", "c", "Add it when it is not there")], words: [.file]
        ) {
            try change($0, $1) { element, scope, creates in .modify(element, in: scope, allowsCreation: creates) }
        },
        Command(
            "delete", "Delete an element",
            options: changeOptions + [
                CommandOption("xpath", "A", value: "XPATH", "The first element that the expression selects"),
                CommandOption("all", "All of them"),
            ], words: [.file], run: deleteFromCIB),
        Command("erase", "Empty configuration and status") { session, _ in
            try confirm(session, "This removes the whole configuration.")
            _ = try session.connection().change([.erase], expecting: nil)
            try session.settle()
        },
        Command("bump", "Raise the epoch, change nothing else") { session, _ in
            _ = try session.connection().change([.bump], expecting: nil)
        },
        Command(
            "upgrade", "Bring the CIB to a newer schema", usage: ["[SCHEMA]"],
            details:
                "Without SCHEMA: to the one that a new CIB is written in. What the new schema lacks is rewritten or dropped."
        ) { session, arguments in
            _ = try session.connection().change([.upgrade(to: arguments.word(0))], expecting: nil)
        },
        Command("verify", "Check the CIB, or a file", usage: ["[FILE]"], words: [.file], run: verifyCIB),
        Command(
            "diff", "Print the difference of two CIB files as a patch", usage: ["OLD NEW"], words: [.file, .file],
            run: diffCIB),
        Command(
            "patch", "Apply a patch", usage: ["[FILE]"],
            options: [CommandOption("xml-file", "x", value: "FILE", "The patch; - is standard input")], words: [.file],
            run: patchCIB),
        Command("md5", ["digest"], "Print the digest of the configuration as stored") { session, _ in
            session.console.print(storageDigest(of: try session.connection().document().root))
        },
    ])

private let scopeOption = CommandOption(
    "scope", "o", value: "SECTION", choices: CIBSection.allCases.map(\.rawValue), "Only this section")

private let changeOptions = [
    scopeOption, CommandOption("xml-text", "X", value: "XML", "The element"),
    CommandOption("xml-file", "x", value: "FILE", "A file with the element; - is standard input"),
]

private func scope(_ arguments: Arguments) -> CIBScope {
    arguments.value("scope").flatMap(CIBSection.init(rawValue:)).map(CIBScope.section) ?? .document
}

private func queryCIB(_ session: Session, _ arguments: Arguments) throws {
    if let xpath = arguments.value("xpath") {
        let elements = try session.connection().query(xpath: xpath)
        guard !elements.isEmpty else { throw CommandFailure.noSuchObject("nothing matches \(xpath)") }
        for element in elements { session.console.write(element.formatted()) }
        return
    }
    let document = try session.connection().document()
    guard let name = arguments.value("scope"), let section = CIBSection(rawValue: name) else {
        session.console.write(document.root.formatted())
        return
    }
    guard let element = document.section(section) else {
        throw CommandFailure.noSuchObject("the CIB has no section \(name)")
    }
    session.console.write(element.formatted())
}

/// The element given as text, as file, or on standard input.
private func givenElement(_ arguments: Arguments) throws(CommandFailure) -> XMLElement {
    let bytes: [UInt8]
    let source: String
    if let text = arguments.value("xml-text") {
        (bytes, source) = (Array(text.utf8), "--xml-text")
    } else {
        let path = arguments.value("xml-file") ?? arguments.word(0) ?? "-"
        (bytes, source) = (try readFile(path), path == "-" ? "standard input" : path)
    }
    do { return try XMLElement(parsing: bytes) } catch { throw CommandFailure(.dataError, "\(source): \(error)") }
}

private func change(
    _ session: Session, _ arguments: Arguments, _ operation: (XMLElement, CIBScope, Bool) -> CIBOperation
) throws {
    let element = try givenElement(arguments)
    let operation = operation(element, scope(arguments), arguments.has("allow-create"))
    _ = try session.connection().change([operation], expecting: nil)
    try session.settle()
}

private func deleteFromCIB(_ session: Session, _ arguments: Arguments) throws {
    if let xpath = arguments.value("xpath") {
        let operation = CIBOperation.deleteMatching(xpath: xpath, all: arguments.has("all"))
        _ = try session.connection().change([operation], expecting: nil)
        return try session.settle()
    }
    try change(session, arguments) { element, scope, _ in .delete(element, in: scope) }
}

private func readDocument(_ path: String) throws(CommandFailure) -> CIBDocument {
    let bytes = try readFile(path)
    do { return try CIBDocument(parsing: bytes) } catch { throw CommandFailure(.dataError, "\(path): \(error)") }
}

private func verifyCIB(_ session: Session, _ arguments: Arguments) throws {
    let document = try arguments.word(0).map(readDocument) ?? session.connection().document()
    try verify(session, ConfigurationDraft(document))
}

private func diffCIB(_ session: Session, _ arguments: Arguments) throws {
    guard let old = arguments.word(0), let new = arguments.word(1) else {
        throw CommandFailure.usage("cib diff: expected OLD NEW")
    }
    let patch = CIBPatch(from: try readDocument(old), to: try readDocument(new))
    if !patch.changes.isEmpty { session.console.write(patch.xml.formatted()) }
}

private func patchCIB(_ session: Session, _ arguments: Arguments) throws {
    let element = try givenElement(arguments)
    let patch: CIBPatch
    do { patch = try CIBPatch(element) } catch { throw CommandFailure(error) }
    _ = try session.connection().change([.patch(patch)], expecting: nil)
    try session.settle()
}

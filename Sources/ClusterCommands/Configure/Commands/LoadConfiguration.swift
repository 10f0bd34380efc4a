internal import CIB
internal import Glibc
internal import XMLTree

func loadConfiguration(_ session: Session, _ arguments: Arguments) throws {
    var words = arguments.words
    if words.first == "xml" { words.removeFirst() }
    guard words.count == 2, ["update", "replace", "push"].contains(words[0]) else {
        throw CommandFailure.usage("configure load: expected [xml] {update|replace|push} FILE")
    }
    let bytes = try readFile(words[1])
    let source = words[1] == "-" ? "standard input" : words[1]
    try session.edit { draft throws(CommandFailure) in
        if words[0] != "update" { draft.erase() }
        try draft.load(bytes, from: source, session)
    }
}

extension ConfigurationDraft {
    /// Adds what a file holds, configuration lines or XML; objects of the same id are replaced.
    mutating func load(_ bytes: [UInt8], from source: String, _ session: Session) throws(CommandFailure) {
        if bytes.first(where: { ![0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf].contains($0) }) == UInt8(ascii: "<") {
            try loadXML(bytes, from: source)
        } else {
            try loadLines(String(decoding: bytes, as: UTF8.self), from: source, session)
        }
    }

    private mutating func loadLines(_ text: String, from source: String, _ session: Session) throws(CommandFailure) {
        for (line, words) in try splitLines(text) where words != ["configure"] && words != ["commit"] {
            do {
                var statement = try parseStatement(words)
                try session.resolveAgent(&statement)
                try add(statement, .replace)
            } catch {
                throw CommandFailure(error.code, "\(source), line \(line): \(error.message)", advice: error.advice)
            }
        }
    }

    private mutating func loadXML(_ bytes: [UInt8], from source: String) throws(CommandFailure) {
        let root: XMLElement
        do { root = try XMLElement(parsing: bytes) } catch { throw CommandFailure(.dataError, "\(source): \(error)") }
        var given = root
        if root.name == "cib", let configuration = root.child("configuration") { given = configuration }
        if given.name != "configuration" { given = XMLElement("configuration", children: [given]) }
        for section in given.children { mergeSection(section) }
    }

    /// Objects of a section take the place of those with their ids, others are added; ids are as in the file.
    private mutating func mergeSection(_ section: XMLElement) {
        guard section.name != "fencing-topology" else {
            configuration.withChild(section.name) { $0.children = section.children }
            return
        }
        for child in section.children {
            configuration.withChild(section.name) { present in
                if isResource(child) {
                    // The file may hold a resource in another group than it is in now.
                    child.forEachDescendant { inner in
                        if isResource(inner), inner.id != child.id { _ = present.removeResource(inner.id ?? "") }
                    }
                    if present.editResource(child.id ?? "", { $0 = child }) { return }
                } else if let index = present.childIndex(child.name, id: child.id) {
                    present.children[index] = child
                    return
                }
                present.children.append(child)
            }
        }
    }
}

func saveConfiguration(_ session: Session, _ arguments: Arguments) throws {
    var words = arguments.words
    let isXML = words.first == "xml"
    if isXML { words.removeFirst() }
    guard let path = words.first, words.count == 1 else {
        throw CommandFailure.usage("configure save: expected [xml] FILE")
    }
    let draft = try session.currentDraft()
    var text = draft.edited.withoutStatus.formatted()
    if !isXML {
        let renderer = ConfigurationText(of: draft.configuration)
        text = orderedObjects(of: draft.configuration).map { renderer.render($0) + "\n" }.joined()
    }
    try path == "-" ? session.console.write(text) : writeFile(path, Array(text.utf8), mode: nil)
}

func editConfiguration(_ session: Session, _ arguments: Arguments) throws {
    var words = arguments.words
    let isXML = words.first == "xml"
    if isXML { words.removeFirst() }
    let draft = try session.currentDraft()
    let objects = try select(words, in: draft)
    let renderer = ConfigurationText(of: draft.configuration)
    let text =
        isXML
        ? (words.isEmpty
            ? draft.configuration.formatted()
            : XMLElement("configuration", children: sections(of: objects)).formatted())
        : objects.map { renderer.render($0) + "\n" }.joined()
    let path = (session.environment["TMPDIR"] ?? "/tmp") + "/lockstep-edit.\(getpid())." + (isXML ? "xml" : "crm")
    try writeFile(path, Array(text.utf8), mode: 0o600)
    defer { unlink(path) }
    let editor = session.environment["VISUAL"] ?? session.environment["EDITOR"] ?? "vi"
    guard runEditor(editor, path, session.environment) else {
        throw CommandFailure(.failure, "the editor \"\(editor)\" failed, nothing was changed")
    }
    let edited = try readFile(path)
    if edited == Array(text.utf8) {
        session.console.note("nothing was changed")
        return
    }
    try session.edit { draft throws(CommandFailure) in try draft.load(edited, from: "the edited text", session) }
}

private func sections(of objects: [ConfigurationObject]) -> [XMLElement] {
    var configuration = XMLElement("configuration")
    for object in objects { configuration.withChild(object.section) { $0.children.append(object.element) } }
    return configuration.children
}

/// Runs `EDITOR FILE` by the shell, as editors with options in `$EDITOR` need; true when it ended with status 0.
private func runEditor(_ editor: String, _ path: String, _ environment: [String: String]) -> Bool {
    var child: pid_t = 0
    let line: [String] = ["/bin/sh", "-c", editor + " \"$1\"", "sh", path]
    let words: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    guard posix_spawn(&child, "/bin/sh", nil, nil, words, environ) == 0 else { return false }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    return status == 0
}

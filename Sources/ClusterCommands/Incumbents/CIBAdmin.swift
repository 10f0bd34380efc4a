internal import CIB
internal import XMLTree

/// `cibadmin`: the document itself, under the incumbent's options; `cib …` does the work.
///
/// - Source: cibadmin(8).
let cibadminProgram = Command(
    "cibadmin", "Query and change the CIB as XML",
    usage: ["-Q [-o SECTION|-A XPATH]", "-C|-R|-M|-D|-P [-o SECTION] -X XML|-x FILE|-p"],
    options: [
        CommandOption("query", "Q", "Print the CIB, a section, or what an XPath expression selects"),
        CommandOption("create", "C", "Add an element"), CommandOption("replace", "R", "Replace an element"),
        CommandOption("modify", "M", "Merge into an element"), CommandOption("delete", "D", "Delete an element"),
        CommandOption("delete-all", "d", "Delete all that match"), CommandOption("patch", "P", "Apply a patch"),
        CommandOption("upgrade", "u", "State the newest schema that the CIB conforms to"),
        CommandOption("erase", "E", "Empty the CIB"), CommandOption("bump", "B", "Raise the epoch"),
        CommandOption("md5-sum", "5", "Print the digest as stored"),
        CommandOption("scope", "o", value: "SECTION", "Only this section"),
        CommandOption("xpath", "A", value: "XPATH", "What the expression selects"),
        CommandOption("xml-text", "X", value: "XML", "The element"),
        CommandOption("xml-file", "x", value: "FILE", "A file with the element"),
        CommandOption("xml-pipe", "p", "The element on standard input"),
        CommandOption("allow-create", "c", "With -M and -R: add it when it is not there"),
        CommandOption("force", "f", "In spite of warnings"), CommandOption("local", "l", "Accepted, has no effect"),
        CommandOption("sync-call", "s", "Accepted, has no effect"),
        CommandOption("no-children", "n", "Without what is inside"),
        CommandOption("timeout", "t", value: "SECONDS", "With --wait"),
    ] + commonIncumbentOptions
) { session, arguments in
    let verbs = [
        "query", "create", "replace", "modify", "delete-all", "delete", "patch", "upgrade", "erase", "bump", "md5-sum",
    ]
    guard let verb = verbs.first(where: arguments.has) else {
        throw CommandFailure.usage("what is to be done? --help lists the options")
    }
    if verb == "query", arguments.has("no-children") { return try showWithoutChildren(session, arguments) }
    var words = [["md5-sum": "md5", "delete-all": "delete"][verb] ?? verb]
    if verb == "delete-all" { words.append("--all") }
    if arguments.has("allow-create"), verb == "modify" { words.append("--allow-create") }
    let isAboutElement = ["create", "replace", "modify", "delete", "delete-all"].contains(verb)
    if isAboutElement || verb == "query", let section = arguments.value("scope") { words += ["--scope", section] }
    if ["query", "delete", "delete-all"].contains(verb), let xpath = arguments.value("xpath") {
        words += ["--xpath", xpath]
    }
    if isAboutElement, let text = arguments.value("xml-text") { words += ["--xml-text", text] }
    if isAboutElement || verb == "patch" {
        if let file = arguments.value("xml-file") { words += ["--xml-file", file] }
        if arguments.has("xml-pipe") { words += ["--xml-file", "-"] }
    }
    session.options.forces = session.options.forces || verb == "erase" && arguments.has("force")
    try run(words[...], in: cibLevel, session)
}

private func showWithoutChildren(_ session: Session, _ arguments: Arguments) throws {
    let document = try session.connection().document()
    let path = arguments.value("xpath") ?? arguments.value("scope").map { "//\($0)" } ?? "/cib"
    guard let element = try document.query(xpath: path).first else { throw CommandFailure.nothingThere }
    var bare = element
    bare.children = []
    session.console.write(bare.formatted())
}

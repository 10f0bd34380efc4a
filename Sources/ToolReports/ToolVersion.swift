/// What the incumbents' tools answer to `--version`: scripts read it to learn which options and words to expect.
package enum ToolVersion {
    package static let program = "Pacemaker"
    package static let number = "2.1.5"
    package static let author = "Andrew Beekhof and the Pacemaker project contributors"
    package static let text = "\(program) \(number)\nWritten by \(author)\n"
}

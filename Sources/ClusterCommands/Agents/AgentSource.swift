package import Agents

/// Where agents are looked up: the machine's folders, or a list in tests.
package protocol AgentSource: AnyObject {
    /// The agents of this machine.
    var catalogue: AgentCatalogue { get }
    /// What the agent says about itself, `nil` when it is not here or does not answer.
    func metadata(of agent: AgentReference) -> AgentMetadata?
}

/// The text without white space at its ends.
func trimmed(_ text: String) -> String {
    var slice = Substring(text)
    while slice.first?.isWhitespace == true { slice.removeFirst() }
    while slice.last?.isWhitespace == true { slice.removeLast() }
    return String(slice)
}

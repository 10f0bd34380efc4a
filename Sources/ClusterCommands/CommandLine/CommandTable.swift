/// The nouns, in the order in which help shows them.
package let commandLevels: [CommandLevel] = [configureLevel, resourceLevel, nodeLevel, cibLevel, agentLevel]

/// The commands without a noun.
package let plainCommands: [Command] = [
    statusCommand, explainCommand, placementCommand, pictureCommand, verifyCommand, eventsCommand, messagingCommand,
    superviseCommand, keygenCommand,
    completionCommand, completeCommand,
    helpCommand,
    stopCommand,
]

extension Session {
    /// Words that name a command or a noun.
    var topLevelWords: [String] {
        commandLevels.map(\.name) + plainCommands.map(\.name).filter { !$0.hasPrefix("__") } + hosted.map(\.name)
    }
}

/// `stop`: ends this node's part in the cluster.
private let stopCommand = Command(
    "stop-node", [], "Stop this node cleanly: resources move away first, then the daemon ends"
) { session, _ in
    try confirm(session, "The resources of this node move away, then its daemon ends.")
    try session.connection().shutDown()
}

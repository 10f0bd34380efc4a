extension ToolDescription {
    /// The help as GLib's option parser lays it out.
    ///
    /// - Parameter topic: empty for `--help`, `all`, or the name of a group.
    func help(topic: String) -> String {
        let topic = topic.hasPrefix("-") ? String(topic.dropFirst()) : topic
        var text = "Usage:\n  \(name) [OPTION?]\n\n" + summary + "\n\n"
        if topic.isEmpty || topic == "all" {
            var lines = [line("-h, --help", "Show help options"), line("--help-all", "Show all help options")]
            lines += groups.map { line("--help-\($0.name)", $0.help) }
            text += "Help Options:\n" + lines.joined() + "\n"
        }
        for group in groups where topic == "all" || topic == group.name {
            text += "\(group.title)\n" + group.options.map { line($0.form, $0.help) }.joined() + "\n"
        }
        if topic.isEmpty || topic == "all" {
            text += "Application Options:\n" + Self.commonOptions.map { line($0.form, $0.help) }.joined() + "\n"
        }
        return text + epilogue + "\n"
    }

    private func line(_ form: String, _ help: String) -> String {
        "  " + form + String(repeating: " ", count: max(1, column - 2 - form.count)) + help + "\n"
    }

    /// Where explanations begin: behind the longest form, with room.
    private var column: Int {
        let forms = options.map { $0.form.count - 2 } + groups.map { $0.name.count + 7 }
        return (forms.max() ?? 0) + 9
    }
}

extension ToolDescription.Option {
    fileprivate var form: String {
        (letter.map { "-\($0), " } ?? "") + "--" + name + (value.map { $0.isEmpty ? "" : "=" + $0 } ?? "")
    }
}

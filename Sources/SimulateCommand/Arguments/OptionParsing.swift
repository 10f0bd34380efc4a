extension SimulateOptions {
    /// Reads arguments in the incumbent's forms: `-x FILE`, `-xFILE`, `--xml-file FILE`, `--xml-file=FILE`, `-sSQ`.
    ///
    /// Words that belong to no option are ignored; the first request for help ends the reading.
    ///
    /// - Throws: what is wrong, in the incumbent's words.
    package init(arguments: [String]) throws(UsageFailure) {
        self.init()
        var rest = arguments[...]
        while help == nil, let argument = rest.popFirst() {
            if argument == "--" { return }
            if argument.hasPrefix("--") {
                try readLong(argument, &rest)
            } else if argument.hasPrefix("-"), argument != "-" {
                try readShort(argument.dropFirst(), &rest)
            }
        }
    }

    private mutating func readLong(_ argument: String, _ rest: inout ArraySlice<String>) throws(UsageFailure) {
        let word = argument.dropFirst(2)
        if let topic = Self.helpTopic(String(word)) {
            help = topic
            return
        }
        let name = String(word.prefix { $0 != "=" })
        let value = name.utf8.count < word.utf8.count ? String(word.dropFirst(name.count + 1)) : nil
        guard let option = SimulateOption.all.first(where: { $0.long == name }) else {
            throw UsageFailure(message: "Unknown option \(argument)")
        }
        switch option.effect {
        case .flag(let set):
            guard value == nil else { throw UsageFailure(message: "Unknown option \(argument)") }
            set(&self)
        case .value, .number:
            guard let text = value ?? rest.popFirst() else {
                throw UsageFailure(message: "Missing argument for --\(name)")
            }
            try apply(option, text, as: "--\(name)")
        }
    }

    private mutating func readShort(_ word: Substring, _ rest: inout ArraySlice<String>) throws(UsageFailure) {
        var letters = word
        while let letter = letters.popFirst() {
            if letter == "h" || letter == "?" {
                help = .main
                return
            }
            guard let option = SimulateOption.all.first(where: { $0.short == letter }) else {
                throw UsageFailure(message: "Unknown option -\(letter)")
            }
            switch option.effect {
            case .flag(let set): set(&self)
            case .value, .number:
                guard let text = letters.isEmpty ? rest.popFirst() : String(letters) else {
                    throw UsageFailure(message: "Missing argument for -\(letter)")
                }
                return try apply(option, text, as: "-\(letter)")
            }
        }
    }

    private mutating func apply(_ option: SimulateOption, _ text: String, as name: String) throws(UsageFailure) {
        switch option.effect {
        case .flag: break
        case .value(_, let set): set(&self, text)
        case .number(_, let set):
            guard let number = Int32(text) else {
                throw UsageFailure(message: "Cannot parse integer value “\(text)” for \(name)")
            }
            set(&self, Int(number))
        }
    }

    private static func helpTopic(_ word: String) -> Help? {
        if word == "help" { return .main }
        guard word.hasPrefix("help-") else { return nil }
        return Help(rawValue: String(word.dropFirst(5))).flatMap { $0 == .main ? nil : $0 }
    }
}

extension PicturedGraph {
    /// The plan as a Graphviz document.
    ///
    /// - Parameter allActions: whether what is not to be done is shown, too.
    package func dot(allActions: Bool) -> String {
        var text = " digraph \"g\" {\n"
        for action in actions {
            let font: String
            let style: String
            let colour: String
            if action.isInGraph {
                (style, colour, font) = ("bold", "green", action.isPseudo ? "orange" : "black")
            } else if !action.isManaged {
                if !allActions { continue }
                (style, colour, font) = ("dashed", "red", "purple")
            } else {
                if action.isOptional, !allActions { continue }
                (style, colour, font) = (
                    "dashed", action.isOptional ? "blue" : "red", action.isPseudo ? "orange" : "black"
                )
            }
            text += "\"\(action.name)\" [ style=\(style) color=\"\(colour)\" fontcolor=\"\(font)\"]\n"
        }
        for edge in edges where edge.isDrawn || allActions {
            let style = edge.isGraphed ? "bold" : "dashed"
            text +=
                "\"\(actions[edge.first].name)\" -> \"\(actions[edge.then].name)\" [ style = \(style)]\n"
        }
        return text + "}\n"
    }
}

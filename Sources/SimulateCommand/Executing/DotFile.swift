internal import Scheduler

/// The plan as a Graphviz document.
func dotDocument(_ picture: PicturedGraph, allActions: Bool) -> String {
    var text = " digraph \"g\" {\n"
    for action in picture.actions {
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
            (style, colour, font) = ("dashed", action.isOptional ? "blue" : "red", action.isPseudo ? "orange" : "black")
        }
        text += "\"\(action.name)\" [ style=\(style) color=\"\(colour)\" fontcolor=\"\(font)\"]\n"
    }
    for edge in picture.edges where edge.isDrawn || allActions {
        let style = edge.isGraphed ? "bold" : "dashed"
        text +=
            "\"\(picture.actions[edge.first].name)\" -> \"\(picture.actions[edge.then].name)\" [ style = \(style)]\n"
    }
    return text + "}\n"
}

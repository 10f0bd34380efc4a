internal import CLibXML2

/// Makes elements from libxml2's parser events, without the tree that libxml2 would build, have read and free again.
///
/// Follows what libxml2's own tree has: text that is only white space between two pieces of markup is dropped, an element's
/// name is without prefix when the prefix is declared, an attribute's name with it.
struct XMLEventBuilder {
    /// The outermost element, once it ended.
    private(set) var root: XMLElement?
    /// The document declares its type: entities and default attributes may follow, which events do not show as the tree
    /// does. Parsing stops there.
    private(set) var declaresType = false
    private(set) var failure: XMLFailure?

    /// The elements that have begun and not ended, the outermost first.
    private var open: [XMLElement] = []
    /// Text since the last piece of markup.
    private var text: [UInt8] = []
    private var names = XMLNameCache()
    private var values = XMLValueCache()

    /// Has the events of a parser delivered to a builder, which must stay where it is until the parsing ends.
    static func attach(_ builder: UnsafeMutablePointer<XMLEventBuilder>, to context: xmlParserCtxtPtr) {
        context.pointee._private = UnsafeMutableRawPointer(builder)
        guard let handler = context.pointee.sax else { return }
        handler.pointee.startElementNs = { context, name, prefix, space, _, _, count, _, attributes in
            guard let name else { return }
            target(context)?.pointee.begin(Name(name, prefix, space), attributes, Int(count), context)
        }
        handler.pointee.endElementNs = { context, _, _, _ in target(context)?.pointee.end() }
        handler.pointee.characters = { context, bytes, count in target(context)?.pointee.add(bytes, Int(count)) }
        handler.pointee.ignorableWhitespace = handler.pointee.characters
        handler.pointee.cdataBlock = handler.pointee.characters
        handler.pointee.comment = { context, _ in target(context)?.pointee.endText() }
        handler.pointee.processingInstruction = { context, _, _ in target(context)?.pointee.endText() }
        handler.pointee.reference = { context, _ in target(context)?.pointee.endText() }
        handler.pointee.internalSubset = { context, _, _, _ in
            target(context)?.pointee.declaresType = true
            stop(context)
        }
    }

    private struct Name {
        var local: UnsafePointer<xmlChar>
        var prefix: UnsafePointer<xmlChar>?
        var isDeclared: Bool

        init(_ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ space: UnsafePointer<xmlChar>?) {
            self.local = local
            self.prefix = prefix
            isDeclared = space != nil
        }
    }

    // MARK: - Events

    private mutating func begin(
        _ name: Name, _ attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?, _ count: Int,
        _ context: UnsafeMutableRawPointer?
    ) {
        endText()
        let line = lineNumber(context)
        guard open.count < XMLLimits.depth else {
            failure = failure ?? .tooDeep(line: Int(line))
            stop(context)
            return
        }
        var element = XMLElement(
            name: name.isDeclared ? names.text(name.local) : qualified(name), attributes: [], children: [], text: "",
            line: line)
        element.attributes.reserveCapacity(count)
        if let attributes {
            // Five pointers an attribute: local name, prefix, name space, and where the value begins and ends.
            for position in stride(from: 0, to: count * 5, by: 5) {
                guard let local = attributes[position], let start = attributes[position + 3],
                    let stop = attributes[position + 4]
                else { continue }
                let name = qualified(Name(local, attributes[position + 1], nil))
                let bytes = UnsafeBufferPointer(start: start, count: max(0, stop - start))
                element.attributes.append(XMLElement.Attribute(name, values.text(bytes)))
            }
        }
        open.append(element)
    }

    private mutating func end() {
        endText()
        guard let element = open.popLast() else { return }
        if open.isEmpty {
            root = element
        } else {
            open[open.count - 1].children.append(element)
        }
    }

    private mutating func add(_ bytes: UnsafePointer<xmlChar>?, _ count: Int) {
        guard let bytes, count > 0 else { return }
        text.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
    }

    /// Text ends where markup begins; white space alone is not kept.
    private mutating func endText() {
        guard !text.isEmpty else { return }
        let isBlank = text.allSatisfy { $0 == 0x20 || $0 == 0x0A || $0 == 0x09 || $0 == 0x0D }
        if !isBlank, !open.isEmpty { open[open.count - 1].text += String(decoding: text, as: UTF8.self) }
        text.removeAll(keepingCapacity: true)
    }

    private mutating func qualified(_ name: Name) -> String {
        guard let prefix = name.prefix else { return names.text(name.local) }
        return names.text(prefix) + ":" + names.text(name.local)
    }
}

/// The builder that was attached.
private func target(_ context: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<XMLEventBuilder>? {
    context?.assumingMemoryBound(to: xmlParserCtxt.self).pointee._private?
        .assumingMemoryBound(to: XMLEventBuilder.self)
}

private func stop(_ context: UnsafeMutableRawPointer?) {
    if let context { xmlStopParser(context.assumingMemoryBound(to: xmlParserCtxt.self)) }
}

private func lineNumber(_ context: UnsafeMutableRawPointer?) -> Int32 {
    guard let input = context?.assumingMemoryBound(to: xmlParserCtxt.self).pointee.input else { return 0 }
    return input.pointee.line
}

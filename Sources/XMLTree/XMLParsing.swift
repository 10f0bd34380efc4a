internal import CLibXML2

extension XMLElement {
    /// Parses a document: no network, no external entities, no entity expansion.
    ///
    /// - Parameter text: UTF-8 (or what the XML declaration says), at most `XMLLimits.documentSize` bytes.
    /// - Throws: `XMLFailure` `.malformed` with the line, or `.limitExceeded`.
    package init(parsing text: [UInt8]) throws(XMLFailure) {
        let outcome = text.withUnsafeBytes { bytes in
            Result { () throws(XMLFailure) in try parseDocument(bytes) }
        }
        self = try outcome.get()
    }

    /// Parses a document from a string; see `init(parsing:)` above.
    package init(parsing text: String) throws(XMLFailure) { try self.init(parsing: Array(text.utf8)) }
}

private func parseDocument(_ bytes: UnsafeRawBufferPointer) throws(XMLFailure) -> XMLElement {
    guard bytes.count <= XMLLimits.documentSize, let count = Int32(exactly: bytes.count) else {
        throw XMLFailure(
            .limitExceeded, "the document is \(bytes.count) bytes long, at most \(XMLLimits.documentSize) are read")
    }
    guard bytes.count > 0, let start = bytes.bindMemory(to: CChar.self).baseAddress else {
        throw XMLFailure(.malformed, "the document is empty")
    }
    // What declares a document type may use entities and default attributes, which libxml2's tree knows how to show.
    if let root = try parseEvents(start, count) { return root }
    return try parseTree(start, count)
}

/// Takes the document from the parser's events; `nil` when it declares a document type.
private func parseEvents(_ start: UnsafePointer<CChar>, _ count: Int32) throws(XMLFailure) -> XMLElement? {
    guard let context = xmlNewParserCtxt() else { throw XMLFailure(.limitExceeded, "no memory for an XML parser") }
    defer { xmlFreeParserCtxt(context) }
    var builder = XMLEventBuilder()
    let document = withUnsafeMutablePointer(to: &builder) { builder in
        XMLEventBuilder.attach(builder, to: context)
        return xmlCtxtReadMemory(context, start, count, nil, nil, parserOptions(count))
    }
    defer { if let document { xmlFreeDoc(document) } }
    if builder.declaresType { return nil }
    if let failure = builder.failure { throw failure }
    guard document != nil else { throw failure(of: context) }
    guard let root = builder.root else { throw XMLFailure(.malformed, "the document has no element") }
    return root
}

private func parseTree(_ start: UnsafePointer<CChar>, _ count: Int32) throws(XMLFailure) -> XMLElement {
    guard let context = xmlNewParserCtxt() else { throw XMLFailure(.limitExceeded, "no memory for an XML parser") }
    defer { xmlFreeParserCtxt(context) }
    let document = xmlCtxtReadMemory(context, start, count, nil, nil, parserOptions(count))
    guard let document else { throw failure(of: context) }
    defer { xmlFreeDoc(document) }
    guard let root = xmlDocGetRootElement(document) else { throw XMLFailure(.malformed, "the document has no element") }
    return try convert(root, depth: 0)
}

private func parserOptions(_ size: Int32) -> Int32 {
    let options =
        XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
        | XML_PARSE_NOCDATA.rawValue | XML_PARSE_BIG_LINES.rawValue
    return Int32(options | (size > 8 << 20 ? XML_PARSE_HUGE.rawValue : 0))
}

private func failure(of context: xmlParserCtxtPtr) -> XMLFailure {
    guard let error = xmlCtxtGetLastError(context) else { return XMLFailure(.malformed, "not well-formed XML") }
    var message = error.pointee.message.map { String(cString: $0) } ?? "not well-formed XML"
    while message.last?.isWhitespace == true { message.removeLast() }
    return XMLFailure(.malformed, message, line: Int(error.pointee.line))
}

private func convert(_ node: xmlNodePtr, depth: Int) throws(XMLFailure) -> XMLElement {
    guard depth < XMLLimits.depth else { throw .tooDeep(line: Int(xmlGetLineNo(node))) }
    var element = XMLElement(
        name: String(cString: node.pointee.name), attributes: [], children: [], text: "",
        line: Int32(clamping: xmlGetLineNo(node)))
    var property = node.pointee.properties
    while let current = property {
        element.attributes.append(.init(qualifiedName(of: current), value(of: current, in: node)))
        property = current.pointee.next
    }
    var child = node.pointee.children
    while let current = child {
        switch current.pointee.type {
        case XML_ELEMENT_NODE:
            element.children.append(try convert(current, depth: depth + 1))
        case XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
            if let content = current.pointee.content, xmlIsBlankNode(current) == 0 {
                element.text += String(cString: content)
            }
        default: break  // Comments, processing instructions and unexpanded entities carry nothing for us.
        }
        child = current.pointee.next
    }
    return element
}

private func qualifiedName(of attribute: xmlAttrPtr) -> String {
    let name = String(cString: attribute.pointee.name)
    guard let prefix = attribute.pointee.ns?.pointee.prefix else { return name }
    return String(cString: prefix) + ":" + name
}

private func value(of attribute: xmlAttrPtr, in node: xmlNodePtr) -> String {
    guard let first = attribute.pointee.children else { return "" }
    if first.pointee.next == nil, first.pointee.type == XML_TEXT_NODE, let content = first.pointee.content {
        return String(cString: content)
    }
    guard let joined = xmlNodeListGetString(node.pointee.doc, first, 1) else { return "" }
    defer { lockstep_xml_free(joined) }
    return String(cString: joined)
}

internal import CLibXML2

/// A RELAX NG schema, ready to validate.
///
/// - Source: libxml2's implementation of RELAX NG 1.0 with the datatypes of XML Schema.
package struct RelaxNGSchema: Sendable {
    private let schema: ParsedSchema

    /// - Throws: `XMLFailure` `.malformed` when the text is no schema.
    package init(parsing text: String) throws(XMLFailure) { schema = try ParsedSchema(text) }

    /// Where and how a document breaks the schema.
    package struct Violation: Sendable, Equatable {
        /// The element concerned, from the root.
        package var path: XMLIndexPath
        /// With the line and id of that element, or of the nearest one around it.
        package var failure: XMLFailure
    }

    /// Checks a document against the schema.
    ///
    /// - Returns: the violation deepest in the document; `nil` when it conforms.
    /// - Complexity: rebuilds the document in libxml2, so at least linear in its size.
    /// - Throws: `XMLFailure` `.limitExceeded` when memory runs out.
    package func violation(in root: XMLElement) throws(XMLFailure) -> Violation? {
        try root.withDocument { (document) throws(XMLFailure) -> Violation? in
            guard let context = xmlRelaxNGNewValidCtxt(schema.pointer) else {
                throw XMLFailure(.limitExceeded, "no memory for a validation")
            }
            defer { xmlRelaxNGFreeValidCtxt(context) }
            var errors = lockstep_xml_errors()
            let isValid = withUnsafeMutablePointer(to: &errors) { pointer in
                lockstep_relaxng_valid_collect(context, pointer)
                return xmlRelaxNGValidateDoc(context, document) == 0
            }
            return isValid ? nil : violation(errors, in: root)
        }
    }

    /// Of all that libxml2 says about one violation, what lies deepest is nearest to its cause.
    private func violation(_ errors: lockstep_xml_errors, in root: XMLElement) -> Violation {
        var deepest: (path: XMLIndexPath, message: String)?
        withUnsafePointer(to: errors) { pointer in
            for index in 0..<errors.count {
                let path = lockstep_xml_error_node(pointer, index).map(indexPath(ofElementAround:)) ?? []
                if let deepest, deepest.path.count >= path.count { continue }
                deepest = (path, String(cString: lockstep_xml_error_message(pointer, index)))
            }
        }
        guard let deepest else {
            return Violation(
                path: [], failure: XMLFailure(.invalid, "the document breaks its schema", line: Int(root.line)))
        }
        var failure = XMLFailure(.invalid, deepest.message, line: 0)
        while failure.message.last?.isWhitespace == true { failure.message.removeLast() }
        var element = root
        for index in [nil] + deepest.path.map(Optional.some) {
            if let index {
                guard element.children.indices.contains(index) else { break }
                element = element.children[index]
            }
            if element.line > 0 { failure.line = Int(element.line) }
            failure.elementID = element.id ?? failure.elementID
        }
        return Violation(path: deepest.path, failure: failure)
    }
}

/// The path to the element that a node is, or belongs to.
private func indexPath(ofElementAround node: xmlNodePtr) -> XMLIndexPath {
    if node.pointee.type == XML_ELEMENT_NODE { return indexPath(of: node) }
    guard let parent = node.pointee.parent, parent.pointee.type == XML_ELEMENT_NODE else { return [] }
    return indexPath(of: parent)
}

/// Owns libxml2's form of a schema.
///
/// Unchecked: after `init` the schema is only read; each validation has a context of its own.
private final class ParsedSchema: @unchecked Sendable {
    let pointer: xmlRelaxNGPtr

    init(_ text: String) throws(XMLFailure) {
        xmlInitParser()
        let bytes = Array(text.utf8)
        var errors = lockstep_xml_errors()
        let parsed: xmlRelaxNGPtr? = bytes.withUnsafeBytes { buffer in
            guard let start = buffer.bindMemory(to: CChar.self).baseAddress, let count = Int32(exactly: buffer.count),
                let context = xmlRelaxNGNewMemParserCtxt(start, count)
            else { return nil }
            defer { xmlRelaxNGFreeParserCtxt(context) }
            return withUnsafeMutablePointer(to: &errors) { pointer in
                lockstep_relaxng_parser_collect(context, pointer)
                return xmlRelaxNGParse(context)
            }
        }
        guard let parsed else {
            let message = withUnsafePointer(to: errors) { String(cString: lockstep_xml_error_message($0, 0)) }
            throw XMLFailure(.malformed, "not a RELAX NG schema: \(message)")
        }
        pointer = parsed
    }

    deinit { xmlRelaxNGFree(pointer) }
}

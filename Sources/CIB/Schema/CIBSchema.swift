internal import XMLTree

/// The language of the CIB: which elements and attributes may stand where, as a RELAX NG schema.
///
/// One grammar for all of pacemaker-3.x: what a later minor version added is accepted in all of them, and what it only
/// discourages is left to `verify`. The status section is not checked: no person writes it, and it changes all the time.
///
/// - Source: Pacemaker Explained; Pacemaker's schemas for names and values.
package enum CIBSchema {
    /// The values of `validate-with` that this schema covers, oldest first.
    package static let knownNames: [String] = (0...10).map { "pacemaker-3.\($0)" }

    /// The schema in RELAX NG's XML syntax.
    package static let text = """
        <grammar xmlns="http://relaxng.org/ns/structure/1.0"
                 datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
        \(document)
        \(values)
        \(rules)
        \(resources)
        \(bundles)
        \(constraints)
        \(nodesAndFencing)
        \(accessAndAlerts)
        </grammar>
        """

    static let schema: RelaxNGSchema = {
        do { return try RelaxNGSchema(parsing: text) } catch {
            preconditionFailure("our own schema cannot be read: \(error)")
        }
    }()

    private static let document = """
        <start>
          <element name="cib">
            <attribute name="epoch"><ref name="count"/></attribute>
            <attribute name="num_updates"><ref name="count"/></attribute>
            <attribute name="admin_epoch"><ref name="count"/></attribute>
            <optional><attribute name="validate-with"/></optional>
            <optional><attribute name="crm_feature_set"/></optional>
            <optional><attribute name="cib-last-written"/></optional>
            <optional><attribute name="update-origin"/></optional>
            <optional><attribute name="update-client"/></optional>
            <optional><attribute name="update-user"/></optional>
            <optional><attribute name="execution-date"/></optional>
            <optional><attribute name="have-quorum"><ref name="flag"/></attribute></optional>
            <optional><attribute name="no-quorum-panic"><ref name="flag"/></attribute></optional>
            <optional><attribute name="dc-uuid"/></optional>
            <optional><attribute name="remote-tls-port"><ref name="count"/></attribute></optional>
            <optional><attribute name="remote-clear-port"><ref name="count"/></attribute></optional>
            <interleave>
              <ref name="configuration"/>
              <optional><element name="status"><empty/></element></optional>
            </interleave>
          </element>
        </start>
        <define name="configuration">
          <element name="configuration">
            <interleave>
              <element name="crm_config">
                <zeroOrMore><element name="cluster_property_set"><ref name="values"/></element></zeroOrMore>
              </element>
              <optional><element name="rsc_defaults"><ref name="defaults"/></element></optional>
              <optional><element name="op_defaults"><ref name="defaults"/></element></optional>
              <ref name="nodes"/>
              <ref name="resources"/>
              <ref name="constraints"/>
              <optional><ref name="fencing-topology"/></optional>
              <optional><ref name="acls"/></optional>
              <optional><ref name="tags"/></optional>
              <optional><ref name="alerts"/></optional>
            </interleave>
          </element>
        </define>
        <define name="defaults">
          <zeroOrMore><element name="meta_attributes"><ref name="values"/></element></zeroOrMore>
        </define>
        """
}

extension CIBDocument {
    /// Checks the document against the schema, and that every reference names an id of the configuration (in Pacemaker's
    /// schemas a matter of data types).
    ///
    /// What says that it is in another language than this schema covers is checked against it all the same, but what is
    /// older than pacemaker-3.0 is taken as it is.
    ///
    /// - Returns: warnings: a `validate-with` that is not known here.
    /// - Throws: `CIBFailure` `.schemaViolation` with the violation: message, line, id.
    @discardableResult
    package func validate() throws(CIBFailure) -> [CIBProblem] {
        let warnings = try checkSchema()
        guard isChecked else { return warnings }
        if let dangling = ReferenceCheck(ConfigurationIndex(configuration)).firstDangling(in: configuration) {
            throw CIBFailure(.schemaViolation, dangling.message, line: dangling.line, elementID: dangling.elementID)
        }
        return warnings
    }

    /// Whether the document says that it is in a language that is checked here.
    private var isChecked: Bool {
        guard let name = schemaName else { return true }
        return name != "none" && !name.hasPrefix("pacemaker-1.") && !name.hasPrefix("pacemaker-2.")
    }

    /// The part of `validate` that the schema says.
    func checkSchema() throws(CIBFailure) -> [CIBProblem] {
        let line = Int(root.line)
        var warnings: [CIBProblem] = []
        if let name = schemaName, !CIBSchema.knownNames.contains(name) {
            guard isChecked else {
                return name == "none"
                    ? []
                    : [
                        CIBProblem(
                            .warning, "validate-with=\"\(name)\" is older than pacemaker-3.0: not checked", line: line)
                    ]
            }
            let newest = CIBSchema.knownNames.last ?? ""
            warnings.append(
                CIBProblem(
                    .warning, "validate-with=\"\(name)\" is not known here: checked as \(newest), the newest known",
                    line: line))
        }
        var checked = root
        if let index = checked.childIndex("status") { checked.children[index] = XMLElement("status") }
        let violation: RelaxNGSchema.Violation?
        do { violation = try CIBSchema.schema.violation(in: checked) } catch { throw CIBFailure(error) }
        if let violation {
            var failure = CIBFailure(violation.failure)
            failure.message =
                SchemaExplanation.explain(checked.element(at: violation.path)) ?? failure.message
            throw failure
        }
        return warnings
    }
}

extension CIBGrammar {
    /// Rules: when a set of values or a location holds.
    ///
    /// Sets of cluster options had the rules of 1.0 until 3.0, and constraints and alerts those of 3.3 in 3.4.
    var rules: String {
        let optionLevel = version < SchemaVersion(3, 0) ? SchemaVersion(1, 0) : version
        let constraintLevel = version == SchemaVersion(3, 4) ? SchemaVersion(3, 3) : version
        return CIBGrammar(version).rules("rule") + CIBGrammar(optionLevel).rules("option-rule")
            + CIBGrammar(constraintLevel).rules("constraint-rule") + dateFields
    }

    private func rules(_ name: String) -> String {
        let score = "<choice><ref name=\"score\"/><attribute name=\"score-attribute\"/></choice>"
        return """
            <define name="\(name)">
              <element name="rule">
                <choice>
                  <ref name="id-ref"/>
                  <group>
                    <ref name="id"/>
                    \(optional("role"))
                    <optional>
                      <attribute name="boolean-op"><choice><value>and</value><value>or</value></choice></attribute>
                    </optional>
                    \(before(3, 9, score))
                    \(since(3, 9, "<optional>\(score)</optional>"))
                    <oneOrMore>
                      <choice>
                        \(attributeExpression)
                        \(dateExpression)
                        \(since(3, 4, agentExpressions))
                        <ref name="\(name)"/>
                      </choice>
                    </oneOrMore>
                  </group>
                </choice>
              </element>
            </define>
            """
    }

    private var attributeExpression: String {
        """
        <element name="expression">
          <ref name="id"/>
          <attribute name="attribute"/>
          <attribute name="operation">
            \(values(["lt", "gt", "lte", "gte", "eq", "ne", "defined", "not_defined"]))
          </attribute>
          \(optional("value"))
          <optional>
            <attribute name="type">
              \(values(["string", "number", "version"] + (version >= SchemaVersion(3, 5) ? ["integer"] : [])))
            </attribute>
          </optional>
          \(since(2, 9, "<optional><attribute name=\"value-source\">\(values(["literal", "param", "meta"]))</attribute></optional>"))
        </element>
        """
    }

    private var agentExpressions: String {
        """
        <element name="rsc_expression"><ref name="id"/>\(optional("class", "provider", "type"))</element>
        <element name="op_expression"><ref name="id"/><attribute name="name"/>\(optional("interval"))</element>
        """
    }

    private var dateExpression: String {
        let start = "<attribute name=\"start\"/>"
        let end = "<attribute name=\"end\"/>"
        let duration = "<element name=\"duration\"><ref name=\"duration-fields\"/></element>"
        let range =
            version < SchemaVersion(3, 9)
            ? "<choice><group><optional>\(start)</optional>\(end)</group><group>\(start)\(duration)</group></choice>"
            : "<choice><group>\(start)<optional>\(end)</optional></group>\(end)</choice><optional>\(duration)</optional>"
        return """
            <element name="date_expression">
              <ref name="id"/>
              <choice>
                <group><attribute name="operation"><value>gt</value></attribute>\(start)</group>
                <group><attribute name="operation"><value>lt</value></attribute>\(end)</group>
                <group><attribute name="operation"><value>in_range</value></attribute>\(range)</group>
                <group>
                  <attribute name="operation"><value>date_spec</value></attribute>
                  <element name="date_spec"><ref name="specification-fields"/></element>
                </group>
              </choice>
            </element>
            """
    }

    private var dateFields: String {
        var common = ["hours", "monthdays", "weekdays", "yearsdays", "months", "weeks", "years", "weekyears"]
        if version < SchemaVersion(4, 0) { common.append("moon") }
        var duration = common
        var specification = common
        if version >= SchemaVersion(3, 9) {
            duration += ["days", "minutes", "seconds"]
            specification += ["minutes", "seconds", "yeardays"]
        }
        func define(_ name: String, _ fields: [String]) -> String {
            "<define name=\"\(name)\"><ref name=\"id\"/>" + fields.map { optional($0) }.joined() + "</define>"
        }
        return define("duration-fields", duration) + define("specification-fields", specification)
    }
}

extension CIBGrammar {
    /// Sets of names with values, by what may stand in them.
    var nameValueSets: String {
        // Sets of cluster options kept the form of 1.0 until 3.0.
        let optionsMayRefer = version >= SchemaVersion(3, 0)
        let othersMayRefer = version >= SchemaVersion(1, 3)
        return """
            \(set("values", rule: "rule", mayRefer: othersMayRefer, pair: anyPair))
            \(set("alert-values", rule: "constraint-rule", mayRefer: othersMayRefer, pair: anyPair))
            \(set("cluster-values", rule: "option-rule", mayRefer: optionsMayRefer, pair: clusterPair))
            \(set("resource-meta", rule: "rule", mayRefer: othersMayRefer, pair: version.major < 4 ? anyPair : pair(except: ["restart-type"])))
            \(set("primitive-meta", rule: "rule", mayRefer: othersMayRefer, pair: primitiveMetaPair))
            \(set("primitive-parameters", rule: "rule", mayRefer: othersMayRefer, pair: primitiveParameterPair))
            \(set("operation-meta", rule: "rule", mayRefer: othersMayRefer, pair: operationMetaPair))
            \(set("operation-parameters", rule: "rule", mayRefer: othersMayRefer, pair: operationParameterPair))
            \(defaults("resource-defaults", pair: version.major < 4 ? anyPair : pair(except: ["restart-type"])))
            \(defaults("operation-defaults", pair: version.major < 4 ? anyPair : operationMetaPair))
            """
    }

    private func set(_ name: String, rule: String, mayRefer: Bool, pair: String) -> String {
        """
        <define name="\(name)">
          <choice>
            <ref name="id-ref"/>
            <group>
              <ref name="id"/>
              <optional><ref name="score"/></optional>
              <interleave>
                <optional><ref name="\(rule)"/></optional>
                <zeroOrMore>
                  <element name="nvpair">
                    <choice>
                      \(mayRefer ? "<group><ref name=\"id-ref\"/>" + before(4, 0, optional("name")) + "</group>" : "")
                      <group><ref name="id"/>\(pair)</group>
                    </choice>
                  </element>
                </zeroOrMore>
              </interleave>
            </group>
          </choice>
        </define>
        """
    }

    private func defaults(_ name: String, pair: String) -> String {
        """
        <define name="\(name)">
          <zeroOrMore><element name="meta_attributes"><ref name="\(name)-values"/></element></zeroOrMore>
        </define>
        \(set(name + "-values", rule: "option-rule", mayRefer: version >= SchemaVersion(3, 0), pair: pair))
        """
    }

    // MARK: - Pairs

    private var value: String { version.major < 4 ? optional("value") : "<attribute name=\"value\"/>" }
    private var anyPair: String { "<attribute name=\"name\"/>" + value }
    private func pair(except names: [String]) -> String { nameExcept(names) + value }

    private var primitiveMetaPair: String {
        switch version.major {
        case 3: pair(except: ["isolation", "isolation-host", "isolation-instance", "isolation-wrapper"])
        case 4: pair(except: ["restart-type"])
        default: anyPair
        }
    }

    private var primitiveParameterPair: String {
        guard version == SchemaVersion(3, 0) else { return anyPair }
        return pair(
            except: ["pcmk_arg_map"] + ["list", "monitor", "off", "on", "reboot", "status"].map { "pcmk_\($0)_cmd" })
    }

    private var operationMetaPair: String {
        switch version.major {
        case 3: pair(except: ["requires"])
        case 4: pair(except: ["can_fail", "role_after_failure"])
        default: anyPair
        }
    }

    private var operationParameterPair: String {
        guard version == SchemaVersion(3, 0) else { return anyPair }
        return pair(
            except: [
                "interval-origin", "start-delay", "enabled", "on-fail", "record-pending", "role", "timeout", "requires",
            ])
    }

    private var clusterPair: String {
        switch version.major {
        case 3:
            "<choice><group><attribute name=\"name\"><value>cluster-infrastructure</value></attribute>"
                + "<attribute name=\"value\"><data type=\"string\"><except>"
                + values(OptionsBefore3.formerStacks) + "</except></data></attribute></group><group>"
                + nameExcept(["cluster-infrastructure"] + OptionsBefore3.formerNames) + value + "</group></choice>"
        case 4:
            "<choice><group>"
                + nameExcept([
                    "crmd-finalization-timeout", "crmd-integration-timeout", "crmd-transition-delay",
                    "remove-after-stop", "stonith-action",
                ]) + value + "</group><group><attribute name=\"name\"><value>stonith-action</value></attribute>"
                + "<attribute name=\"value\"><data type=\"string\"><except><value>poweroff</value></except></data>"
                + "</attribute></group></choice>"
        default: anyPair
        }
    }
}

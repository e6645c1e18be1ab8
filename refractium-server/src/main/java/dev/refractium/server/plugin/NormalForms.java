package dev.refractium.server.plugin;

import dev.refractium.api.Protocol;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Asks protocols for the form that their answers have of what routes write, with a deadline.
 *
 * @param plugins which may have brought the protocols
 */
public record NormalForms(PluginCalls calls, List<LoadedPlugin> plugins) {
    public NormalForms {
        plugins = List.copyOf(plugins);
    }

    /** A value that a route requires of an attribute, without the asterisk of a suffix. */
    public record Value(String attribute, String text) {}

    /**
     * The normal form of a value.
     *
     * @param text the form that answers have
     * @param problem why no answer can have it; empty if one can
     */
    public record Form(String text, String problem) {}

    /** Returns the form of each value. Runs code of the protocol, in one call for all. */
    public Map<Value, Form> of(Protocol protocol, Set<Value> values) throws PluginCallException {
        return calls.run(PluginCaller.of(protocol, plugins), call -> {
            call.uses(VettedProtocol.classesOf(protocol));
            call.now("normalForm() of protocol " + protocol.name());
            Map<Value, Form> forms = new HashMap<>();
            values.forEach(value -> forms.put(value, form(protocol, value)));
            return forms;
        });
    }

    private static Form form(Protocol protocol, Value value) {
        try {
            String form = Objects.requireNonNull(
                    protocol.normalForm(value.attribute(), value.text()), "normalForm() gave null");
            return new Form(form, form.isEmpty() ? "normalForm() gave an empty value" : "");
        } catch (IllegalArgumentException e) {
            return new Form("", String.valueOf(e.getMessage()));
        } catch (Throwable thrown) {
            return new Form("", "normalForm() threw " + Fault.describe(thrown));
        }
    }
}

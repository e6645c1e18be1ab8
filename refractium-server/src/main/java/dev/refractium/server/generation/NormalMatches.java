package dev.refractium.server.generation;

import dev.refractium.api.Protocol;
import dev.refractium.server.config.Problems;
import dev.refractium.server.plugin.NormalForms;
import dev.refractium.server.plugin.NormalForms.Form;
import dev.refractium.server.plugin.NormalForms.Value;
import dev.refractium.server.plugin.PluginCallException;
import dev.refractium.server.text.Escape;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Brings what routes ask of attributes into the form that the protocols' answers have. One use, one thread. */
final class NormalMatches {
    private static final int LONGEST = 1024;
    private static final String WILDCARD = "*.";

    private final NormalForms forms;
    private final Problems problems;
    private final Map<Protocol, Map<Value, Form>> known = new HashMap<>();

    NormalMatches(NormalForms forms, Problems problems) {
        this.forms = forms;
        this.problems = problems;
    }

    /** Returns the routes in their order, each asking for the same in that form. Runs code of plugins. */
    List<ResolvedRoute> of(List<ResolvedRoute> routes) {
        Map<Protocol, Set<Value>> asked = new LinkedHashMap<>();
        for (ResolvedRoute route : routes) {
            Protocol protocol = route.protocol();
            if (protocol != null && !route.match().isEmpty()) {
                Set<Value> values = asked.computeIfAbsent(protocol, p -> new LinkedHashSet<>());
                route.match()
                        .forEach((attribute, texts) -> texts.stream()
                                .filter(text -> !text.isEmpty())
                                .forEach(text -> values.add(value(attribute, text))));
            }
        }
        asked.forEach((protocol, values) -> known.put(protocol, ask(protocol, values)));
        return routes.stream().map(this::normal).toList();
    }

    private Map<Value, Form> ask(Protocol protocol, Set<Value> values) {
        try {
            return values.isEmpty() ? Map.of() : forms.of(protocol, values);
        } catch (PluginCallException e) {
            Form failed = new Form("", e.reason());
            return values.stream().collect(Collectors.toMap(Function.identity(), value -> failed));
        }
    }

    private ResolvedRoute normal(ResolvedRoute route) {
        Map<Value, Form> own = known.get(route.protocol());
        if (own == null) {
            return route;
        }
        Map<String, List<String>> match = new HashMap<>();
        route.match()
                .forEach((attribute, texts) -> match.put(
                        attribute,
                        texts.stream()
                                .map(text -> text.isEmpty() ? text : normal(route, own, attribute, text))
                                .distinct()
                                .toList()));
        return route.asking(match);
    }

    private String normal(ResolvedRoute route, Map<Value, Form> own, String attribute, String text) {
        Form form = Objects.requireNonNull(own.get(value(attribute, text)));
        if (form.problem().isEmpty()) {
            return text.startsWith(WILDCARD) ? WILDCARD + form.text() : form.text();
        }
        String reason = Escape.text(form.problem(), LONGEST);
        problems.add(route.config().origin().problem(attribute, Escape.quoted(text) + " is refused: " + reason));
        return text;
    }

    private static Value value(String attribute, String text) {
        return new Value(attribute, text.startsWith(WILDCARD) ? text.substring(WILDCARD.length()) : text);
    }
}

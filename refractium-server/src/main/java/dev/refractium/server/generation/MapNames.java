package dev.refractium.server.generation;

import dev.refractium.api.Protocol;
import dev.refractium.server.config.MapFile;
import dev.refractium.server.config.Problems;
import dev.refractium.server.plugin.NormalForms;
import dev.refractium.server.plugin.NormalForms.Form;
import dev.refractium.server.plugin.NormalForms.Value;
import dev.refractium.server.plugin.PluginCallException;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.NameTable;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Brings the names of maps into the form that the protocols' answers have. Those of host names have it: lower-case
 * A-labels. One use, one thread.
 */
final class MapNames {
    private static final int LONGEST = 1024;
    private static final String WILDCARD = "*.";

    private final NormalForms forms;
    private final Problems problems;

    MapNames(NormalForms forms, Problems problems) {
        this.forms = forms;
        this.problems = problems;
    }

    /** Returns the same map with its names in that form; empty if one is refused. May run code of the protocol. */
    Optional<MapFile.Parsed> normal(MapFile.Parsed map, Protocol protocol, String key) {
        if (MapFile.hasHostNames(key)) {
            return Optional.of(map);
        }
        NameTable names = map.names();
        Set<Value> values = new LinkedHashSet<>();
        for (int entry = 0; entry < names.size(); entry++) {
            values.add(value(key, names.name(entry)));
        }
        int before = problems.found();
        Map<Value, Form> known;
        try {
            known = forms.of(protocol, values);
        } catch (PluginCallException e) {
            problems.add(map.problem(1, "the names cannot be read: " + Escape.text(e.reason(), LONGEST)));
            return Optional.empty();
        }
        NameTable.Builder normal = new NameTable.Builder();
        for (int entry = 0; entry < names.size(); entry++) {
            add(map, entry, Objects.requireNonNull(known.get(value(key, names.name(entry)))), normal);
        }
        return problems.found() == before
                ? Optional.of(new MapFile.Parsed(map.file(), normal.table(), map.targets(), List.of()))
                : Optional.empty();
    }

    private void add(MapFile.Parsed map, int entry, Form form, NameTable.Builder normal) {
        String name = map.names().name(entry);
        int line = map.names().line(entry);
        boolean byDefault = name.equals(NameTable.DEFAULT);
        if (!byDefault && !form.problem().isEmpty()) {
            String reason = Escape.text(form.problem(), LONGEST);
            problems.add(map.problem(line, Escape.quoted(name) + " is refused: " + reason));
            return;
        }
        String text = byDefault ? name : (name.startsWith(WILDCARD) ? WILDCARD : "") + form.text();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int earlier = normal.add(bytes, 0, bytes.length, map.names().value(entry), line);
        if (earlier != 0) {
            problems.add(map.problem(
                    line, Escape.quoted(name) + " is also on line " + earlier + ", written otherwise; remove one"));
        }
    }

    private static Value value(String key, String name) {
        return new Value(key, name.startsWith(WILDCARD) ? name.substring(WILDCARD.length()) : name);
    }
}

package dev.refractium.server.generation;

import dev.refractium.api.Protocol;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The protocols that routes may name, by their names and aliases. Immutable. */
public final class Protocols {
    private final Map<String, Protocol> byName = new LinkedHashMap<>();

    private final List<String> missing;

    /**
     * @param missing which JARs are not used, and why: one of them may have the protocol that a route names
     * @throws IllegalArgumentException if two of the protocols share a name
     */
    public Protocols(Collection<Protocol> protocols, List<String> missing) {
        this.missing = List.copyOf(missing);
        for (Protocol protocol : protocols) {
            add(protocol.name(), protocol);
            protocol.aliases().forEach(alias -> add(alias, protocol));
        }
    }

    /** Returns all names and aliases, sorted. */
    Set<String> names() {
        return new TreeSet<>(byName.keySet());
    }

    /** Returns what to add to a message about an unknown name. */
    String hint() {
        String registered = byName.isEmpty() ? "none: no plugin is loaded" : String.join(", ", names());
        return "registered are: " + registered + (missing.isEmpty() ? "" : "; " + String.join("; ", missing));
    }

    @Nullable
    Protocol find(String name) {
        return byName.get(name);
    }

    private void add(String name, Protocol protocol) {
        if (byName.putIfAbsent(name, protocol) != null) {
            throw new IllegalArgumentException("two protocols are called \"" + name + "\"");
        }
    }
}

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

    /** @throws IllegalArgumentException if two of them share a name */
    public Protocols(Collection<Protocol> protocols) {
        for (Protocol protocol : protocols) {
            add(protocol.name(), protocol);
            protocol.aliases().forEach(alias -> add(alias, protocol));
        }
    }

    /** All names and aliases, sorted. */
    public Set<String> names() {
        return new TreeSet<>(byName.keySet());
    }

    /** All protocols, each once. */
    public List<Protocol> all() {
        return byName.values().stream().distinct().toList();
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

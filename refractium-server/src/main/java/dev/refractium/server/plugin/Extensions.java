package dev.refractium.server.plugin;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The extensions of a plugin, of all kinds and by their names, vetted. Immutable once loaded.
 *
 * @see #load
 */
final class Extensions {
    /** No extensions, as of a closed plugin. */
    static final Extensions NONE = new Extensions(Kind.ALL, false);

    private final List<Kind<?>> kinds;
    private final Map<Kind<?>, Map<String, Object>> made = new HashMap<>();
    private final IdentifyStats answers;

    /** @param inContext as {@link IdentifyStats} has it */
    Extensions(List<Kind<?>> kinds, boolean inContext) {
        this.kinds = List.copyOf(kinds);
        this.answers = new IdentifyStats(inContext);
        kinds.forEach(kind -> made.put(kind, new LinkedHashMap<>()));
    }

    /** Makes one extension of each class, at least one in all; returns this. Runs plugin code. */
    Extensions load(PluginCall call, ClassLoader classes, List<String> names) throws Refused {
        for (String name : names) {
            try {
                add(call, classes.loadClass(name));
            } catch (ClassNotFoundException e) {
                throw new Refused(JarFacts.INDEX + " names " + Refused.quote(name)
                        + ", which is not in the JAR; build it again from clean");
            } catch (Refused e) {
                throw new Refused("extension " + Refused.quote(name) + ": " + e.reason());
            } catch (Throwable thrown) {
                throw new Refused("extension " + Refused.quote(name) + " cannot be made: " + Fault.describe(thrown));
            }
        }
        if (made.values().stream().allMatch(Map::isEmpty)) {
            throw new Refused("none of its extensions implements "
                    + kinds.stream().map(kind -> kind.type().getName()).collect(Collectors.joining(" or ")));
        }
        return this;
    }

    /** Returns the extensions of one kind by their names, in the order of the JAR; unmodifiable. */
    @SuppressWarnings("unchecked") // Safe by add(), which puts what the kind vets.
    <T> Map<String, T> of(Kind<T> kind) {
        return (Map<String, T>) Collections.unmodifiableMap(made.getOrDefault(kind, Map.of()));
    }

    /** Returns the sum of all protocols' statistics. */
    IdentifyStats answers() {
        return answers;
    }

    /** Returns the names that no other plugin may have, by kind, such as "hook mirror". */
    List<String> claims() {
        List<String> claims = new ArrayList<>();
        kinds.forEach(kind -> addNames(kind, (name, aliases) -> {
            claims.add(kind.word() + " " + name);
            aliases.forEach(alias -> claims.add(kind.word() + " " + alias));
        }));
        return claims;
    }

    /** Returns all names for an operator: those of the first kind plain, the others with their kind. */
    List<String> labels() {
        List<String> labels = new ArrayList<>();
        addNames(kinds.get(0), (name, aliases) -> {
            labels.add(name);
            labels.addAll(new TreeSet<>(aliases));
        });
        for (Kind<?> kind : kinds.subList(1, kinds.size())) {
            Set<String> own = new TreeSet<>();
            addNames(kind, (name, aliases) -> {
                own.add(name);
                own.addAll(aliases);
            });
            own.forEach(name -> labels.add(name + " (" + kind.word() + ")"));
        }
        return labels;
    }

    /** Returns whether {@code extension} is one of these. */
    boolean has(Object extension) {
        return made.values().stream().flatMap(own -> own.values().stream()).anyMatch(own -> own == extension);
    }

    /** Makes an extension of this class; ignores a class of no kind. */
    private void add(PluginCall call, Class<?> type) throws ReflectiveOperationException, Refused {
        List<Kind<?>> own = kinds.stream()
                .filter(kind -> kind.type().isAssignableFrom(type))
                .toList();
        call.now("constructor of " + type.getName());
        if (own.isEmpty()) {
            return;
        }
        Object made = instance(type);
        for (Kind<?> kind : own) {
            put(call, kind, made);
        }
    }

    private static Object instance(Class<?> type) throws ReflectiveOperationException, Refused {
        try {
            return type.getConstructor().newInstance();
        } catch (NoSuchMethodException e) {
            throw new Refused("has no public constructor without arguments");
        }
    }

    private <T> void put(PluginCall call, Kind<T> kind, Object instance) throws Refused {
        T vetted = kind.vetting().vet(call, kind.type().cast(instance), answers);
        if (made.computeIfAbsent(kind, first -> new LinkedHashMap<>()).put(kind.nameOf(call, vetted), vetted) != null) {
            throw new Refused("is a second " + kind.word() + " of its name");
        }
    }

    private <T> void addNames(Kind<T> kind, Names names) {
        of(kind).forEach((name, extension) -> names.add(name, kind.vetting().aliases(extension)));
    }

    private interface Names {
        void add(String name, Set<String> aliases);
    }
}

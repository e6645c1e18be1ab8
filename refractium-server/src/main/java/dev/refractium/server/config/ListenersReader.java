package dev.refractium.server.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** Reads {@code [[listeners]]} tables, by the keys of {@link ListenerConfig}, and the lists that name them. */
final class ListenersReader {
    private ListenersReader() {}

    /** Returns the listeners, in the order of the file. */
    static List<ListenerConfig> tables(Section top) {
        List<ListenerConfig> listeners = new ArrayList<>();
        Object found = top.value("listeners").orElse(null);
        if (found instanceof TomlArray array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.get(i) instanceof TomlTable) {
                    read(top.element("listeners", i, array)).ifPresent(listeners::add);
                } else {
                    top.problem(
                            top.text("listeners", i, array), Section.mistyped(array.get(i), "a [[listeners]] table"));
                }
            }
        } else if (found != null) {
            top.wrongType("listeners", found, "[[listeners]], in two brackets, before each listener");
        }
        return listeners;
    }

    /** Returns the names in the key {@code listeners} that are readable, each once; empty if there are none. */
    static Optional<List<String>> names(Section section) {
        Set<String> names = new LinkedHashSet<>();
        for (Section.Text text : section.strings("listeners")) {
            try {
                ListenerConfig.checkName("listeners", text.value());
                if (!names.add(text.value())) {
                    section.problem(text, text.value() + " is listed twice; remove one");
                }
            } catch (InvalidValueException e) {
                section.problem(text, e.detail());
            }
        }
        return names.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(names));
    }

    private static Optional<ListenerConfig> read(Section section) {
        TableReader<ListenerConfig> reader = new TableReader<>(ListenerConfig.KEYS, section)
                .by("name", key -> required(section, key, "a name, as \"edge\"", section.string(key)))
                .by("port", key -> port(section, key))
                .by("mode", key -> mode(section, key))
                .by("transport", key -> Transports.read(section, key));
        Set<String> read = reader.values().keySet();
        boolean placed = section.has("path") ? read.contains("path") : read.contains("port");
        if (!section.has("path") && !section.has("port")) {
            section.missing("port", "is missing; write a number, or \"8000-8100\"; or path, for a Unix socket");
        }
        boolean whole = placed && read.contains("name");
        section.refuseUnknown(ListenerConfig.KEYS.names());
        return whole ? reader.acceptedWhole(section.origin()) : Optional.empty();
    }

    private static <T> Optional<T> required(Section section, String key, String wanted, Optional<T> value) {
        if (!section.has(key)) {
            section.missing(key, "is missing; write " + wanted);
        }
        return value;
    }

    private static Optional<String> mode(Section section, String key) {
        Object found = section.value(key).orElse(null);
        if (found != null && !(found instanceof String)) {
            section.wrongType(key, found, "its octal digits in quotes, as \"0660\"");
            return Optional.empty();
        }
        return Optional.ofNullable((String) found);
    }

    private static Optional<PortRange> port(Section section, String key) {
        Object found = section.value(key).orElse(null);
        try {
            if (found instanceof Long port) {
                return Optional.of(PortRange.of(port));
            }
            if (found instanceof String range) {
                return Optional.of(PortRange.parse(range));
            }
            if (found != null) {
                section.wrongType(key, found, "a number, or a range as \"8000-8100\"");
            }
        } catch (InvalidValueException e) {
            section.problem(key, e.detail());
        }
        return Optional.empty();
    }
}

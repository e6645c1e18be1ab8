package dev.refractium.server.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts that a server keeps for itself and that no status tells, found by the names of their classes wherever they hang:
 * a test of what is left behind needs the counts themselves, since what they cost is too little to be seen.
 *
 * @param timeouts set on all loops together
 * @param peekHeld bytes of {@code peek_memory} that are taken
 * @param places taken of {@code max_connections}
 */
public record Insides(long timeouts, long peekHeld, long places) {
    private static final String OURS = "dev.refractium.server.";

    /** Looks through everything that {@code server} holds. */
    public static Insides of(Object server) {
        long timeouts = 0;
        long peekHeld = 0;
        long places = 0;
        Set<String> found = new HashSet<>();
        for (Object each : reachable(server)) {
            String kind = each.getClass().getSimpleName();
            switch (kind) {
                case "Timers" -> timeouts += number(each, "count");
                case "TcpLoop" -> peekHeld += number(each, "held");
                case "Admission" -> places += number(each, "live");
                default -> kind = "";
            }
            found.add(kind);
        }
        assertThat(found).as("what a server has, by the names of today").contains("Timers", "TcpLoop", "Admission");
        return new Insides(timeouts, peekHeld, places);
    }

    private static Set<Object> reachable(Object server) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> next = new ArrayDeque<>();
        next.add(server);
        while (!next.isEmpty()) {
            Object object = next.remove();
            if (!seen.add(object)) {
                continue;
            }
            if (object instanceof Collection<?> some) {
                some.forEach(each -> add(next, each));
            } else if (object instanceof Map<?, ?> some) {
                some.values().forEach(each -> add(next, each));
            } else if (object instanceof Object[] some) {
                for (Object each : some) {
                    add(next, each);
                }
            } else if (object.getClass().getName().startsWith(OURS)) {
                for (Field field : fields(object)) {
                    add(next, value(object, field));
                }
            }
        }
        return seen;
    }

    private static void add(Deque<Object> next, @Nullable Object object) {
        if (object != null) {
            next.add(object);
        }
    }

    private static Collection<Field> fields(Object object) {
        Deque<Field> fields = new ArrayDeque<>();
        for (Class<?> type = object.getClass(); type.getName().startsWith(OURS); type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    fields.add(field);
                }
            }
        }
        return fields;
    }

    private static long number(Object object, String field) {
        try {
            Field count = object.getClass().getDeclaredField(field);
            return ((Number) Objects.requireNonNull(value(object, count))).longValue();
        } catch (NoSuchFieldException e) {
            throw new AssertionError(e);
        }
    }

    private static @Nullable Object value(Object object, Field field) {
        try {
            field.setAccessible(true);
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}

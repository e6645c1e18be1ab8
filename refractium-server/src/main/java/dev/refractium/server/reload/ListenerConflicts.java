package dev.refractium.server.reload;

import dev.refractium.server.config.ListenerConfig;
import dev.refractium.server.config.Problem;
import dev.refractium.server.generation.ListenerSpec;
import dev.refractium.server.text.Addresses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds listeners that are written differently and have one address on this machine, as {@code localhost} and
 * {@code 127.0.0.1}. Both would be bound, since listeners of one server may overlap, and the system would divide the
 * clients among them.
 */
final class ListenerConflicts {
    private ListenerConflicts() {}

    /** Returns a problem of each listener that has an address of an earlier one, or one address twice. */
    static List<Problem> find(List<ListenerSpec> listeners) {
        Map<String, ListenerConfig> places = new HashMap<>();
        Set<String> reported = new HashSet<>();
        List<Problem> problems = new ArrayList<>();
        for (ListenerSpec spec : listeners) {
            ListenerConfig listener = spec.config();
            ListenerConfig other = places.putIfAbsent(place(spec), listener);
            boolean isWrittenAlike = other != null
                    && !other.equals(listener)
                    && listener.sharedWith(other).isPresent();
            if (other != null && !isWrittenAlike && reported.add(spec.name())) {
                problems.add(listener.origin()
                        .problem(
                                "bind",
                                Addresses.text(spec.binding().address()) + " is also listened on by "
                                        + (other.equals(listener)
                                                ? "this listener itself"
                                                : "listener \"" + other.name() + "\"")
                                        + ", in other words; name another port or address"));
            }
        }
        return problems;
    }

    /** Any free port is another one for each listener. */
    private static String place(ListenerSpec spec) {
        String any = spec.binding().port() == 0 ? spec.name() : "";
        return spec.binding().transport() + " " + Addresses.text(spec.binding().address()) + " " + any;
    }
}

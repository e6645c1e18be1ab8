package dev.refractium.server.engine;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.plugin.LoadedPlugin;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.text.Addresses;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The differences between two generations, as one log line. One thread. */
final class ReloadSummary {
    private static final Logger log = LoggerFactory.getLogger(ReloadSummary.class);

    private final Generation before;
    private final Generation after;
    private String moved = "";

    ReloadSummary(Generation before, Generation after) {
        this.before = before;
        this.after = after;
    }

    /** Adds the old and the new address of the default listener, if they differ. */
    void moved(Optional<InetSocketAddress> from, Optional<InetSocketAddress> to) {
        if (!from.equals(to)) {
            moved = " listen=" + to.map(Addresses::text).orElse("-") + " before="
                    + from.map(Addresses::text).orElse("-");
        }
    }

    /** Writes the line; {@code sessions} has the number of live sessions of each removed route. */
    void log(Sessions sessions) {
        StringBuilder line = new StringBuilder("reloaded generation=");
        line.append(after.number());
        tell(line, "routes_added", minus(names(after), names(before)));
        List<String> removed = new ArrayList<>();
        for (String route : minus(names(before), names(after))) {
            removed.add(route + " (" + sessions.count(session -> route.equals(session.route())) + " live)");
        }
        tell(line, "routes_removed", removed);
        tellPlugins(line);
        line.append(moved);
        log.info("{}", line);
    }

    private void tellPlugins(StringBuilder line) {
        Map<String, LoadedPlugin> old = plugins(before);
        Map<String, LoadedPlugin> now = plugins(after);
        List<String> replaced = new ArrayList<>();
        now.forEach((id, plugin) -> {
            LoadedPlugin earlier = old.get(id);
            if (earlier != null && !Objects.equals(earlier, plugin)) {
                replaced.add(id + " " + earlier.version() + " by " + plugin.version());
            }
        });
        tell(line, "plugins_added", minus(now.keySet(), old.keySet()));
        tell(line, "plugins_replaced", replaced);
        tell(line, "plugins_removed", minus(old.keySet(), now.keySet()));
    }

    private Set<String> names(Generation generation) {
        Set<String> names = new LinkedHashSet<>();
        for (Transport transport : generation.transports()) {
            generation.routes(transport).stream().map(Route::name).forEach(names::add);
        }
        return names;
    }

    private static Map<String, LoadedPlugin> plugins(Generation generation) {
        Map<String, LoadedPlugin> byId = new TreeMap<>();
        generation.plugins().forEach(plugin -> byId.put(plugin.id(), plugin));
        return byId;
    }

    private static Set<String> minus(Set<String> all, Set<String> some) {
        Set<String> rest = new TreeSet<>(all);
        rest.removeAll(some);
        return rest;
    }

    private static void tell(StringBuilder line, String key, Iterable<String> values) {
        if (values.iterator().hasNext()) {
            line.append(' ').append(key).append('=').append(values);
        }
    }
}

package dev.refractium.server.engine;

import dev.refractium.api.Transport;
import dev.refractium.server.plugin.LoadedPlugin;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.text.Addresses;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What differs between two editions, as one line of the log. One thread. */
final class ReloadSummary {
    private static final Logger log = LoggerFactory.getLogger(ReloadSummary.class);

    private final Edition before;
    private final Edition after;
    private final Set<Transport> transports;

    ReloadSummary(Edition before, Edition after, Set<Transport> transports) {
        this.before = before;
        this.after = after;
        this.transports = transports;
    }

    /** Writes the line; {@code sessions} tells how many live ones a removed route has. */
    void log(Sessions sessions) {
        StringBuilder line = new StringBuilder("reloaded generation=");
        line.append(after.generation().number());
        tell(line, "routes_added", minus(names(after), names(before)));
        List<String> removed = new ArrayList<>();
        for (String route : minus(names(before), names(after))) {
            removed.add(route + " (" + sessions.count(session -> route.equals(session.route())) + " live)");
        }
        tell(line, "routes_removed", removed);
        tellPlugins(line);
        if (!after.listen().equals(before.listen())) {
            line.append(" listen=")
                    .append(Addresses.text(after.listen()))
                    .append(" before=")
                    .append(Addresses.text(before.listen()));
        }
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

    private Set<String> names(Edition edition) {
        Set<String> names = new LinkedHashSet<>();
        for (Transport transport : transports) {
            edition.generation().routes(transport).all().stream()
                    .map(Route::name)
                    .forEach(names::add);
        }
        return names;
    }

    private static Map<String, LoadedPlugin> plugins(Edition edition) {
        Map<String, LoadedPlugin> byId = new TreeMap<>();
        edition.generation().plugins().forEach(plugin -> byId.put(plugin.id(), plugin));
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

package dev.refractium.server.cli;

import static dev.refractium.server.cli.JsonValues.NONE;
import static dev.refractium.server.cli.JsonValues.joined;
import static dev.refractium.server.cli.JsonValues.members;
import static dev.refractium.server.cli.JsonValues.object;
import static dev.refractium.server.cli.JsonValues.objects;
import static dev.refractium.server.cli.JsonValues.text;
import static dev.refractium.server.cli.JsonValues.texts;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A server's status as tables. A value that the server does not send is printed as a dash, or left out. */
final class StatusText {
    private static final int SHORT_HASH = 12;

    /** The name of the listener that has no table of its own. */
    private static final String DEFAULT_LISTENER = "default";

    private final JsonObject status;
    private final String socket;

    /** @param socket where it was asked */
    StatusText(JsonObject status, String socket) {
        this.status = status;
        this.socket = socket;
    }

    /** Returns whether the server serves, possibly not as the files say. */
    boolean serves() {
        return !text(status, "state").equals("not_ready");
    }

    void print(PrintWriter out) {
        Table top = new Table().row("state", text(status, "state").replace('_', ' '));
        texts(status, "reasons").forEach(reason -> top.row("", reason));
        top.row("process", text(status, "pid") + ", since " + text(status, "since"))
                .row("configuration", text(status, "configuration"))
                .row("control", socket)
                .row("generation", text(status, "generation"));
        for (JsonObject listener : objects(status, "listeners")) {
            String name = text(listener, "name");
            boolean named = !name.equals(NONE) && !name.equals(DEFAULT_LISTENER);
            top.row(
                    "listens on",
                    text(listener, "transport") + " " + text(listener, "address") + (named ? " " + name : ""));
        }
        if (status.has("last_reload") && status.get("last_reload").isJsonObject()) {
            JsonObject reload = status.getAsJsonObject("last_reload");
            top.row("last reload", text(reload, "at") + " " + text(reload, "outcome"));
            texts(reload, "problems").forEach(problem -> top.row("", problem));
        }
        top.print(out, "");
        printGenerations(out);
        printRoutes(out);
        printPlugins(out);
        printBackends(out);
        printOrders(out);
        printNames(out);
        printPools(out);
        printHooks(out);
        printMemory(out);
        printCounters(out);
    }

    private void printGenerations(PrintWriter out) {
        Set<String> ages = new LinkedHashSet<>();
        for (JsonObject generation : objects(status, "generations")) {
            members(generation, "by_age").forEach(age -> ages.add(age.getKey()));
        }
        List<String> head = new ArrayList<>(List.of("GENERATION", "SINCE", "SESSIONS"));
        ages.forEach(age -> head.add(age.equals("older") ? "OLDER" : "UNDER " + age));
        Table table = new Table().row(head.toArray(String[]::new));
        for (JsonObject generation : objects(status, "generations")) {
            List<String> row = new ArrayList<>(
                    List.of(text(generation, "number"), text(generation, "since"), text(generation, "sessions")));
            ages.forEach(age -> row.add(text(object(generation, "by_age"), age)));
            table.row(row.toArray(String[]::new));
        }
        print(table, out);
    }

    private void printRoutes(PrintWriter out) {
        Table table = new Table().row("ROUTE", "TRANSPORT", "SESSIONS", "POOL", "BACKENDS");
        for (JsonObject route : objects(status, "routes")) {
            table.row(
                    text(route, "name"),
                    text(route, "transport"),
                    text(route, "sessions"),
                    text(route, "pool"),
                    joined(route, "backends"));
        }
        print(table, out);
    }

    private void printPlugins(PrintWriter out) {
        Table table = new Table().row("PLUGIN", "VERSION", "SHA-256", "FILE", "PROVIDES", "GENERATIONS", "STATE");
        for (JsonObject plugin : objects(status, "plugins")) {
            String hash = text(plugin, "sha256");
            String refused = text(plugin, "refused");
            table.row(
                    text(plugin, "id"),
                    text(plugin, "version"),
                    hash.substring(0, Math.min(SHORT_HASH, hash.length())),
                    text(plugin, "file"),
                    joined(plugin, "provides"),
                    joined(plugin, "generations"),
                    refused.equals(NONE) ? "in use" : "refused: " + refused);
        }
        print(table, out);
        String uncollected = text(status, "uncollected_plugins");
        if (!uncollected.equals(NONE) && !uncollected.equals("0")) {
            out.println("stopped plugins that are still in memory: " + uncollected);
        }
    }

    private void printBackends(PrintWriter out) {
        Table table = new Table().row("BACKEND", "TRANSPORT", "HEALTH", "SESSIONS", "FAILURES");
        for (JsonObject backend : objects(status, "backends")) {
            table.row(
                    text(backend, "address"),
                    text(backend, "transport"),
                    health(backend),
                    sessions(backend),
                    text(backend, "failures"));
        }
        print(table, out);
    }

    private void printOrders(PrintWriter out) {
        Table table = new Table().row("ORDER", "POOL", "BACKEND", "SINCE", "UNTIL", "BY", "KEPT");
        for (JsonObject backend : objects(status, "backends")) {
            for (JsonObject order : objects(backend, "orders")) {
                String pool = text(order, "pool");
                table.row(
                        text(order, "order"),
                        pool.equals(NONE) ? "all" : pool,
                        text(backend, "address"),
                        text(order, "since"),
                        text(order, "until"),
                        text(order, "by"),
                        text(order, "kept").equals("true") ? "yes" : "no");
            }
        }
        print(table, out);
    }

    /** Prints the pools whose sessions may wait. */
    private void printPools(PrintWriter out) {
        Table table = new Table().row("POOL", "WAITING", "QUEUE");
        for (JsonObject pool : objects(status, "pools")) {
            if (!text(pool, "queue").equals("0") || !text(pool, "waiting").equals("0")) {
                table.row(text(pool, "name"), text(pool, "waiting"), text(pool, "queue"));
            }
        }
        print(table, out);
    }

    /** Prints what names stand for, and why a last lookup failed. */
    private void printNames(PrintWriter out) {
        Table table = new Table().row("NAME", "SOURCE", "AGE", "TTL", "MEMBERS", "TROUBLE");
        for (JsonObject name : objects(status, "names")) {
            String source = text(name, "source");
            table.row(
                    text(name, "name"),
                    source.isEmpty() ? NONE : source,
                    seconds(name, "age"),
                    seconds(name, "ttl"),
                    joined(name, "members"),
                    text(name, "trouble"));
        }
        print(table, out);
    }

    private static String seconds(JsonObject object, String name) {
        String ms = text(object, name);
        return ms.matches("[0-9]{1,15}") ? Long.parseLong(ms) / 1_000 + "s" : NONE;
    }

    private void printHooks(PrintWriter out) {
        Table table = new Table().row("HOOK", "SESSIONS", "MISSED", "BYTES", "LOST BYTES", "FAULTS", "STATE");
        for (Map.Entry<String, JsonElement> member : members(status, "hooks")) {
            JsonObject hook = object(object(status, "hooks"), member.getKey());
            table.row(
                    member.getKey(),
                    text(hook, "opened"),
                    text(hook, "missed"),
                    text(hook, "bytes"),
                    text(hook, "lost_bytes"),
                    text(hook, "faults"),
                    text(hook, "ejected").equals("true") ? "ejected" : "in use");
        }
        print(table, out);
    }

    /** Prints the budgets that sessions share, by their keys. */
    private void printMemory(PrintWriter out) {
        Table table = new Table().row("MEMORY", "HELD", "LIMIT");
        for (Map.Entry<String, JsonElement> member : members(status, "memory")) {
            JsonObject budget = object(object(status, "memory"), member.getKey());
            table.row(member.getKey(), text(budget, "held"), text(budget, "limit"));
        }
        print(table, out);
    }

    private static String health(JsonObject backend) {
        String addresses = text(backend, "addresses");
        String usable = text(backend, "usable");
        boolean all = usable.equals(addresses) || addresses.equals("1") || usable.equals("0");
        return text(backend, "health") + (all ? "" : ", " + usable + " of " + addresses + " addresses");
    }

    private static String sessions(JsonObject backend) {
        String sessions = text(backend, "sessions");
        String draining = text(backend, "draining");
        return draining.equals(NONE) || draining.equals("0") ? sessions : sessions + ", " + draining + " draining";
    }

    /** Prints the counters that are not zero. */
    private void printCounters(PrintWriter out) {
        Table table = new Table().row("COUNTER", "");
        for (Map.Entry<String, JsonElement> counter : members(status, "counters")) {
            String count = text(object(status, "counters"), counter.getKey());
            if (!count.equals("0")) {
                table.row(counter.getKey(), count);
            }
        }
        print(table, out);
    }

    private static void print(Table table, PrintWriter out) {
        if (table.rows() > 1) {
            out.println();
            table.print(out, "");
        }
    }
}

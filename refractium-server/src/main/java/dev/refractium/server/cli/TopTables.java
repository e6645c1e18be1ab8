package dev.refractium.server.cli;

import static dev.refractium.server.cli.JsonValues.number;
import static dev.refractium.server.cli.JsonValues.object;
import static dev.refractium.server.cli.JsonValues.objects;
import static dev.refractium.server.cli.JsonValues.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.refractium.server.cli.TopTable.Cell;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The tables of {@code refractium top}, with rates between two answers.
 *
 * @param before an older answer; the same one as {@code now} if there is none
 */
record TopTables(TopAnswers before, TopAnswers now) {
    private static final List<String> SOUND = List.of("done");

    /** Returns what each route does with the sessions of each protocol and listener. */
    TopTable routes() {
        TopTable table = new TopTable(
                4,
                "ROUTE",
                "LISTENER",
                "TRANSPORT",
                "PROTOCOL",
                "LIVE",
                "NEW/S",
                "LOST/S",
                "IN/S",
                "OUT/S",
                "DIAL",
                "FIRST BYTE");
        Map<String, JsonObject> then = byKey(before.measures(), "sessions", TopTables::sessionsKey);
        Map<String, JsonObject> times = byKey(now.measures(), "times", TopTables::timesKey);
        Map<String, JsonObject> timesThen = byKey(before.measures(), "times", TopTables::timesKey);
        for (JsonObject row : objects(now.measures(), "sessions")) {
            JsonObject counts = object(row, "counts");
            JsonObject earlier = object(then.getOrDefault(sessionsKey(row), new JsonObject()), "counts");
            JsonObject time = times.getOrDefault(timesKey(row), new JsonObject());
            JsonObject timeThen = timesThen.getOrDefault(timesKey(row), new JsonObject());
            table.row(
                    Cell.of(text(row, "route")),
                    Cell.of(text(object(row, "listener"), "name")),
                    Cell.of(text(object(row, "listener"), "transport")),
                    Cell.of(text(row, "protocol")),
                    Cell.of(number(counts, "live")),
                    rate(number(earlier, "routed"), number(counts, "routed")),
                    rate(lost(earlier), lost(counts)),
                    bytes(number(earlier, "from_client"), number(counts, "from_client")),
                    bytes(number(earlier, "from_backend"), number(counts, "from_backend")),
                    latency(durations(timeThen, "dial"), durations(time, "dial")),
                    latency(durations(timeThen, "first_byte"), durations(time, "first_byte")));
        }
        return table;
    }

    /** Returns how each backend of each pool does. */
    TopTable backends() {
        TopTable table = new TopTable(
                7,
                "BACKEND",
                "POOL",
                "TRANSPORT",
                "HEALTH",
                "WEIGHT",
                "SESSIONS",
                "WAITING",
                "FIRST BYTE",
                "FAILED",
                "FAILED/S");
        Map<String, JsonObject> states = byKey(now.status(), "backends", row -> key(row, "transport", "address"));
        Map<String, JsonObject> statesThen =
                byKey(before.status(), "backends", row -> key(row, "transport", "address"));
        Map<String, JsonObject> then = byKey(before.measures(), "members", TopTables::memberKey);
        Map<String, JsonObject> pools = byKey(now.status(), "pools", row -> text(row, "name"));
        for (JsonObject row : objects(now.measures(), "members")) {
            String backend = key(row, "transport", "backend");
            JsonObject state = states.getOrDefault(backend, new JsonObject());
            JsonObject stateThen = statesThen.getOrDefault(backend, state);
            JsonObject earlier = then.getOrDefault(memberKey(row), new JsonObject());
            boolean tcp = text(row, "transport").equals("tcp");
            JsonObject pool = tcp ? pools.getOrDefault(text(row, "pool"), new JsonObject()) : new JsonObject();
            table.row(
                    Cell.of(text(row, "backend")),
                    Cell.of(text(row, "pool")),
                    Cell.of(text(row, "transport")),
                    Cell.of(text(state, "health")),
                    Cell.of(number(row, "weight")),
                    Cell.of(number(state, "sessions")),
                    Cell.of(number(pool, "waiting")),
                    latency(Durations.of(object(earlier, "first_byte")), Durations.of(object(row, "first_byte"))),
                    Cell.of(number(state, "failures")),
                    rate(number(stateThen, "failures"), number(state, "failures")));
        }
        return table;
    }

    /** Returns the live sessions that have moved the most bytes. */
    TopTable sessions() {
        TopTable table = new TopTable(
                9, "ID", "CLIENT", "TRANSPORT", "PROTOCOL", "ROUTE", "BACKEND", "STAGE", "AGE", "BYTES", "BYTES/S");
        Map<String, JsonObject> then = byKey(before.sessions(), "sessions", row -> text(row, "id"));
        for (JsonObject row : objects(now.sessions(), "sessions")) {
            JsonObject earlier = then.getOrDefault(text(row, "id"), new JsonObject());
            long age = number(row, "age_ms");
            table.row(
                    Cell.of(number(row, "id")),
                    Cell.of(SessionsCommand.client(row)),
                    Cell.of(text(row, "transport")),
                    Cell.of(text(row, "protocol")),
                    Cell.of(text(row, "route")),
                    Cell.of(text(row, "backend")),
                    Cell.of(text(row, "stage")),
                    new Cell(Amounts.age(age), age),
                    new Cell(Amounts.bytes(moved(row)), moved(row)),
                    bytes(earlier.size() == 0 ? moved(row) : moved(earlier), moved(row)));
        }
        return table;
    }

    private static long moved(JsonObject session) {
        return number(session, "from_client") + number(session, "from_backend");
    }

    /** Returns how many sessions ended otherwise than by both sides being done, or were refused. */
    private static long lost(JsonObject counts) {
        long lost = 0;
        for (Map.Entry<String, JsonElement> end : JsonValues.members(counts, "ended")) {
            lost += SOUND.contains(end.getKey()) ? 0 : number(object(counts, "ended"), end.getKey());
        }
        return lost;
    }

    private Cell rate(long then, long count) {
        double rate = now.perSecond(before, then, count);
        return new Cell(Amounts.rate(rate), rate);
    }

    private Cell bytes(long then, long count) {
        double rate = now.perSecond(before, then, count);
        return new Cell(Amounts.bytes(Math.round(rate)), rate);
    }

    /** Returns the mean of the latest durations; of all if there are no new ones. */
    private static Cell latency(Durations then, Durations all) {
        Durations latest = all.count() > then.count()
                ? new Durations(all.count() - then.count(), all.nanos() - then.nanos())
                : all;
        double mean = latest.count() == 0 ? -1 : (double) latest.nanos() / latest.count();
        return new Cell(mean < 0 ? JsonValues.NONE : Amounts.millis(mean), mean);
    }

    private record Durations(long count, long nanos) {
        static Durations of(JsonObject sum) {
            return new Durations(number(sum, "count"), number(sum, "nanos"));
        }
    }

    private static Durations durations(JsonObject times, String name) {
        JsonObject histogram = object(times, name);
        long count = JsonValues.numbers(histogram, "counts")
                .mapToLong(Long::longValue)
                .sum();
        return new Durations(count, number(histogram, "nanos"));
    }

    private static Map<String, JsonObject> byKey(JsonObject answer, String list, Function<JsonObject, String> key) {
        return objects(answer, list).stream()
                .collect(Collectors.toMap(key, Function.identity(), (one, other) -> one, HashMap::new));
    }

    private static String sessionsKey(JsonObject row) {
        return timesKey(row) + " " + text(row, "route");
    }

    private static String timesKey(JsonObject row) {
        return key(object(row, "listener"), "transport", "name") + " " + text(row, "protocol");
    }

    private static String memberKey(JsonObject row) {
        return key(row, "transport", "backend") + " " + text(row, "pool");
    }

    private static String key(JsonObject row, String one, String other) {
        return text(row, one) + " " + text(row, other);
    }
}

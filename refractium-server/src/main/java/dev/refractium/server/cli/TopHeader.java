package dev.refractium.server.cli;

import static dev.refractium.server.cli.JsonValues.number;
import static dev.refractium.server.cli.JsonValues.object;
import static dev.refractium.server.cli.JsonValues.objects;
import static dev.refractium.server.cli.JsonValues.text;
import static dev.refractium.server.cli.JsonValues.texts;

import com.google.gson.JsonObject;
import dev.refractium.server.text.Escape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** The lines above the table of {@code refractium top}: the server as a whole. */
final class TopHeader {
    private static final int LONGEST = 1024;

    private final TopAnswers before;
    private final TopAnswers now;

    TopHeader(TopAnswers before, TopAnswers now) {
        this.before = before;
        this.now = now;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>(List.of(server(), sessions(), budgets()));
        texts(now.status(), "reasons").stream().limit(1).forEach(reason -> lines.add("! " + reason));
        return lines.stream().map(line -> Escape.text(line, LONGEST)).toList();
    }

    private String server() {
        JsonObject status = now.status();
        JsonObject reload = object(status, "last_reload");
        String last = reload.size() == 0 ? "none" : text(reload, "outcome") + " " + text(reload, "at");
        return "refractium " + text(status, "state").replace('_', ' ') + "  process " + text(status, "pid")
                + "  since " + text(status, "since") + "  generation " + text(status, "generation") + "  last reload "
                + last;
    }

    private String sessions() {
        return "sessions " + number(now.status(), "sessions") + " live, "
                + Amounts.rate(rate(TopHeader::opened)) + " new/s"
                + "  from clients " + Amounts.bytes(perSecond("from_client")) + "/s"
                + "  from backends " + Amounts.bytes(perSecond("from_backend")) + "/s";
    }

    private String budgets() {
        JsonObject limits = object(object(now.measures(), "overall"), "limits");
        StringBuilder line = new StringBuilder("connections " + live("tcp") + " of " + number(limits, "connections")
                + "  flows " + live("udp") + " of " + number(limits, "flows"));
        for (String key : List.of("peek_memory", "relay_memory")) {
            JsonObject budget = object(object(now.status(), "memory"), key);
            line.append("  ")
                    .append(key)
                    .append(' ')
                    .append(Amounts.bytes(number(budget, "held")))
                    .append(" of ");
            line.append(Amounts.bytes(number(budget, "limit")));
        }
        return line.toString();
    }

    private long perSecond(String counter) {
        return Math.round(rate(answers -> counted(answers, counter)));
    }

    private double rate(ToLongFunction<TopAnswers> count) {
        return now.perSecond(before, count.applyAsLong(before), count.applyAsLong(now));
    }

    private static long opened(TopAnswers answers) {
        return objects(answers.measures(), "listeners").stream()
                .mapToLong(listener -> number(listener, "opened"))
                .sum();
    }

    private static long counted(TopAnswers answers, String what) {
        return objects(answers.measures(), "sessions").stream()
                .mapToLong(row -> number(object(row, "counts"), what))
                .sum();
    }

    private long live(String transport) {
        return objects(now.measures(), "sessions").stream()
                .filter(row -> text(object(row, "listener"), "transport").equals(transport))
                .mapToLong(row -> number(object(row, "counts"), "live"))
                .sum();
    }
}

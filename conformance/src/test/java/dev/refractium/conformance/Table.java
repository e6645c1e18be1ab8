package dev.refractium.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table of a run: a line for each server. */
final class Table {
    private final List<Tally> rows = new ArrayList<>();
    private final String title;

    Table(String title) {
        this.title = title;
    }

    void add(Tally row) {
        rows.add(row);
    }

    /** Returns whether every server could be asked and none served another name than the proxy routes by. */
    boolean isClean() {
        return rows.stream().allMatch(row -> row.tried() > 0 && row.broken() == 0 && row.count(Outcome.MISMATCH) == 0);
    }

    /** Returns the lines of the table, and below it the samples. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(title);
        lines.add(line("server", "tried", "refused", "unreadable", "agreed", "unknown", "mismatch", "broken"));
        for (Tally row : rows) {
            lines.add(line(
                    row.server(),
                    row.tried(),
                    row.count(Outcome.REFUSED),
                    row.count(Outcome.UNREADABLE),
                    row.count(Outcome.AGREED),
                    row.count(Outcome.UNKNOWN),
                    row.count(Outcome.MISMATCH),
                    row.broken()));
        }
        rows.forEach(row -> lines.add(row.server() + " refused by: " + row.refusals()));
        rows.forEach(row -> lines.addAll(row.samples()));
        return lines;
    }

    private static String line(Object... cells) {
        return String.format(Locale.ROOT, "%-32s %7s %8s %11s %7s %8s %9s %7s", cells);
    }
}

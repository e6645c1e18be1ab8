package dev.refractium.server.cli;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code refractium top} shows, and what its keys change of that. One thread. */
final class TopPage {
    private static final String KEYS = "r routes  b backends  s sessions  < > column to sort by  o other order  q end";

    private final Map<View, Integer> sorted = new EnumMap<>(View.class);
    private View view = View.ROUTES;
    private boolean reversed;
    private TopAnswers before;
    private TopAnswers now;

    TopPage(TopAnswers first) {
        this.before = first;
        this.now = first;
    }

    /** The tables that can be shown. */
    private enum View {
        ROUTES,
        BACKENDS,
        SESSIONS;

        TopTable of(TopTables tables) {
            return switch (this) {
                case ROUTES -> tables.routes();
                case BACKENDS -> tables.backends();
                case SESSIONS -> tables.sessions();
            };
        }
    }

    /** Takes newer answers; the rates are those since the ones before. */
    void next(TopAnswers answers) {
        before = now;
        now = answers;
    }

    /** Follows a key, unless it has no meaning. */
    void key(int key) {
        switch (key) {
            case 'r' -> view = View.ROUTES;
            case 'b' -> view = View.BACKENDS;
            case 's' -> view = View.SESSIONS;
            case 'o' -> reversed = !reversed;
            case '<', ',' -> moveSort(-1);
            case '>', '.' -> moveSort(1);
            default -> {}
        }
    }

    private void moveSort(int by) {
        TopTable table = view.of(new TopTables(before, now));
        sorted.put(view, Math.floorMod(column(table) + by, table.columns()));
    }

    private int column(TopTable table) {
        return sorted.getOrDefault(view, table.usual());
    }

    /** Returns the lines of a screen, none of them wider and no more than it has room for. */
    List<String> lines(TopScreen.Size size) {
        List<String> lines = new ArrayList<>(new TopHeader(before, now).lines());
        lines.add("");
        lines.addAll(table(Math.max(0, size.rows() - lines.size() - 2)));
        while (lines.size() < size.rows() - 1) {
            lines.add("");
        }
        List<String> shown = new ArrayList<>(lines.subList(0, Math.max(0, Math.min(lines.size(), size.rows() - 1))));
        shown.add(KEYS);
        return shown.stream().map(line -> cut(line, size.columns())).toList();
    }

    private List<String> table(int most) {
        TopTable table = view.of(new TopTables(before, now));
        return table.lines(column(table), reversed, most);
    }

    /** Returns all of it, for a stream that is no screen: each table once. */
    List<String> all() {
        List<String> lines = new ArrayList<>(new TopHeader(before, now).lines());
        for (View each : View.values()) {
            view = each;
            lines.add("");
            lines.add(each.name().toLowerCase(Locale.ROOT));
            lines.addAll(table(Integer.MAX_VALUE));
        }
        return lines;
    }

    private static String cut(String line, int columns) {
        return line.codePointCount(0, line.length()) <= columns
                ? line
                : line.substring(0, line.offsetByCodePoints(0, columns));
    }
}

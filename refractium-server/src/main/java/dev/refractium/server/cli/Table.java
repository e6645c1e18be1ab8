package dev.refractium.server.cli;

import dev.refractium.server.text.Escape;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows of text under each other, each column as wide as its widest cell. */
final class Table {
    private static final int LONGEST = 1024;

    private final List<List<String>> rows = new ArrayList<>();

    /** Adds a row; cells may come from anywhere. */
    Table row(String... cells) {
        rows.add(List.of(cells).stream().map(cell -> Escape.text(cell, LONGEST)).toList());
        return this;
    }

    /** Returns how many rows there are. */
    int rows() {
        return rows.size();
    }

    /** Writes it, each line after {@code margin}. */
    void print(PrintWriter out, String margin) {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int column = 0; column < row.size(); column++) {
                if (column == widths.size()) {
                    widths.add(0);
                }
                widths.set(column, Math.max(widths.get(column), row.get(column).length()));
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(margin);
            for (int column = 0; column < row.size(); column++) {
                String cell = row.get(column);
                line.append(cell).append(" ".repeat(widths.get(column) - cell.length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }
}

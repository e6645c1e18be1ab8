package dev.refractium.server.cli;

import dev.refractium.server.text.Escape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** A table that can be sorted by any of its columns. One thread. */
final class TopTable {
    private static final int LONGEST = 256;

    private final List<String> heads;
    private final int usual;
    private final List<List<Cell>> rows = new ArrayList<>();

    /**
     * @param usual the column that it is sorted by at first
     * @param heads of the columns
     */
    TopTable(int usual, String... heads) {
        this.usual = usual;
        this.heads = List.of(heads);
    }

    /**
     * What stands in a row and a column.
     *
     * @param number what it is sorted by, the largest first; NaN: by its text
     */
    record Cell(String text, double number) {
        /** Returns a text, which may come from anywhere. */
        static Cell of(String text) {
            return new Cell(Escape.text(text.isEmpty() ? JsonValues.NONE : text, LONGEST), Double.NaN);
        }

        static Cell of(long number) {
            return new Cell(String.valueOf(number), number);
        }

        boolean isText() {
            return Double.isNaN(number);
        }
    }

    TopTable row(Cell... cells) {
        rows.add(List.of(cells));
        return this;
    }

    int usual() {
        return usual;
    }

    int columns() {
        return heads.size();
    }

    /**
     * Returns its head and its first rows as lines.
     *
     * @param by the column to sort by, which the head marks
     * @param most how many rows
     */
    List<String> lines(int by, boolean reversed, int most) {
        Comparator<List<Cell>> order = Comparator.comparing(row -> row.get(by), TopTable::compare);
        List<List<Cell>> shown = rows.stream()
                .sorted(reversed ? order.reversed() : order)
                .limit(most)
                .toList();
        List<List<String>> texts = new ArrayList<>();
        texts.add(new ArrayList<>(heads));
        texts.get(0).set(by, heads.get(by) + (reversed ? "^" : "*"));
        shown.forEach(row -> texts.add(row.stream().map(Cell::text).toList()));
        int[] widths = new int[heads.size()];
        texts.forEach(row -> Arrays.setAll(
                widths, column -> Math.max(widths[column], row.get(column).length())));
        return texts.stream().map(row -> line(row, widths)).toList();
    }

    private static int compare(Cell one, Cell other) {
        return one.isText() || other.isText()
                ? one.text().compareTo(other.text())
                : Double.compare(other.number(), one.number());
    }

    /** Texts stand at the left of their column, numbers at the right. */
    private String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            String text = row.get(column);
            String blanks = " ".repeat(widths[column] - text.length());
            line.append(isText(column) ? text + blanks : blanks + text).append("  ");
        }
        return line.toString().stripTrailing();
    }

    private boolean isText(int column) {
        return rows.isEmpty() || rows.get(0).get(column).isText();
    }
}

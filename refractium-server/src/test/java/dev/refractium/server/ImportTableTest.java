package dev.refractium.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ImportTableTest {
    @Test
    void rowsAreReadAsTheyAreWritten() {
        ImportTable table = table(
                "| (root) | all | all but `top` |",
                "| `top` | the root's `client` | root, `low` |",
                "| `left`, `right` | twins | `left` `low` Netty |",
                "| `low` | ground | – |");

        assertThat(table.mayImport())
                .isEqualTo(Map.of(
                        "", Set.of("left", "right", "low"),
                        "top", Set.of("", "low"),
                        "left", Set.of("low"),
                        "right", Set.of("left", "low"),
                        "low", Set.of()));
        assertThat(table.usersOfNetty()).containsExactly("left", "right");
        assertThat(table.circle()).isEmpty();
    }

    @Test
    void aCircleIsFound() {
        ImportTable table = table("| `a` | | `b` |", "| `b` | | `c` |", "| `c` | | `d` `b` |", "| `d` | | – |");

        assertThat(table.circle()).contains(List.of("b", "c"));
    }

    private static ImportTable table(String... rows) {
        return ImportTable.parse(Stream.concat(
                        Stream.of(
                                "# Title",
                                "| package of `dev.refractium.server` | holds | may import |",
                                "|---|---|---|"),
                        Stream.of(rows))
                .toList());
    }
}

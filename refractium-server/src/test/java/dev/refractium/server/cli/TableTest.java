package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        StringWriter text = new StringWriter();

        new Table().row("a", "bb", "c").row("aaa", "b").print(new PrintWriter(text), "> ");

        assertThat(text.toString().lines()).containsExactly("> a    bb  c", "> aaa  b");
    }

    @Test
    void cellsAreEscaped() {
        StringWriter text = new StringWriter();

        new Table().row("\u001b]0;title\u0007", "x").print(new PrintWriter(text), "");

        assertThat(text.toString().lines()).containsExactly("\\x1b]0;title\\x07  x");
    }
}

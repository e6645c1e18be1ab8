package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {
    @Test
    void terminalShowsColours() {
        assertThat(Terminal.of(true, Map.of("TERM", "xterm")).coloured()).isTrue();
    }

    @Test
    void fileOrPipeDoesNot() {
        assertThat(Terminal.of(false, Map.of("TERM", "xterm")).coloured()).isFalse();
    }

    @Test
    void noColorRefusesThem() {
        assertThat(Terminal.of(true, Map.of("NO_COLOR", "1")).coloured()).isFalse();
    }

    @Test
    void emptyNoColorSaysNothing() {
        assertThat(Terminal.of(true, Map.of("NO_COLOR", "")).coloured()).isTrue();
    }

    @Test
    void dumbTerminalHasNone() {
        assertThat(Terminal.of(true, Map.of("TERM", "dumb")).coloured()).isFalse();
    }
}

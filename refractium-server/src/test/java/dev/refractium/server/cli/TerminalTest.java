package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {
    @Test
    void terminalGetsColours() {
        assertThat(Terminal.of(true, Map.of("TERM", "xterm")).coloured()).isTrue();
    }

    @Test
    void fileOrPipeDoesNot() {
        assertThat(Terminal.of(false, Map.of("TERM", "xterm")).coloured()).isFalse();
    }

    @Test
    void noColorDisablesColours() {
        assertThat(Terminal.of(true, Map.of("NO_COLOR", "1")).coloured()).isFalse();
    }

    @Test
    void emptyNoColorIsIgnored() {
        assertThat(Terminal.of(true, Map.of("NO_COLOR", "")).coloured()).isTrue();
    }

    @Test
    void dumbTerminalGetsNoColours() {
        assertThat(Terminal.of(true, Map.of("TERM", "dumb")).coloured()).isFalse();
    }
}

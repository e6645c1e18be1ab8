package dev.refractium.plugins.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryTest {
    @Test
    void oneAloneGetsHalfAndTheNextFindsRoom() {
        Memory memory = new Memory(1_000, Long.MAX_VALUE);

        assertThat(memory.take(500, 0)).isTrue();
        assertThat(memory.take(1, 500)).isFalse();
        assertThat(memory.take(250, 0)).isTrue();
        assertThat(memory.used()).isEqualTo(750);
        memory.give(750);
        assertThat(memory.used()).isZero();
    }

    @Test
    void noSessionGetsMoreThanItsOwnLimit() {
        Memory memory = new Memory(1_000, 100);

        assertThat(memory.take(60, 0)).isTrue();
        assertThat(memory.take(60, 60)).isFalse();
        assertThat(memory.take(40, 60)).isTrue();
    }
}

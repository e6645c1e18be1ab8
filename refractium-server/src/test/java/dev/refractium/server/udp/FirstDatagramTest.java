package dev.refractium.server.udp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FirstDatagramTest {
    private final FirstDatagram.Memory memory = new FirstDatagram.Memory();

    @Test
    void copyIsWhatRemainedAndLeavesTheDatagramAsItIs() {
        ByteBuffer datagram = ByteBuffer.wrap(new byte[] {9, 1, 2, 3, 9}, 1, 3);

        FirstDatagram first = Objects.requireNonNull(FirstDatagram.of(datagram, memory, 3));
        datagram.put(1, (byte) 7);

        assertThat(memory.held()).isEqualTo(3);
        assertThat(datagram.remaining()).isEqualTo(3);
        assertThat(first.release()).containsExactly(1, 2, 3);
        assertThat(memory.held()).isZero();
    }

    @Test
    void nothingIsKeptWhereThereIsNoRoom() {
        FirstDatagram.of(ByteBuffer.allocate(8), memory, 10);

        assertThat(FirstDatagram.of(ByteBuffer.allocate(3), memory, 10)).isNull();
        assertThat(FirstDatagram.of(ByteBuffer.allocate(2), memory, 10)).isNotNull();
        assertThat(memory.held()).isEqualTo(10);
    }
}

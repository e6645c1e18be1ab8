package dev.refractium.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloserTest {
    private final List<String> closed = new ArrayList<>();

    @Test
    void closesTheLastFirst() {
        try (Closer closer = new Closer()) {
            assertThat(closer.add("first", closed::add)).isEqualTo("first");
            closer.add(() -> closed.add("second"));
        }

        assertThat(closed).containsExactly("second", "first");
    }

    @Test
    void closesNothingThatIsKept() {
        try (Closer closer = new Closer()) {
            closer.add("first", closed::add);
            closer.keep();
        }

        assertThat(closed).isEmpty();
    }

    @Test
    void closesTheOthersWhereOneThrows() {
        Closer closer = new Closer();
        closer.add("first", closed::add);
        closer.add(() -> {
            throw new IllegalStateException("second");
        });
        closer.add(() -> {
            throw new LinkageError("third");
        });

        assertThatThrownBy(closer::close)
                .isInstanceOf(LinkageError.class)
                .satisfies(thrown -> assertThat(thrown.getSuppressed()).hasSize(1));
        assertThat(closed).containsExactly("first");
    }
}

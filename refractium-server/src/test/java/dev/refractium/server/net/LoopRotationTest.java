package dev.refractium.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopRotationTest {
    private final List<ManualLoop> manual =
            Stream.generate(ManualLoop::new).limit(3).toList();
    private final List<Loop> loops = manual.stream().map(ManualLoop::loop).toList();
    private final LoopRotation<Loop> rotation = new LoopRotation<>(loops, Function.identity());

    @AfterEach
    void close() {
        manual.forEach(ManualLoop::close);
    }

    @Test
    void allTakeTheirTurnBeginningWithTheFirst() {
        assertThat(next(4)).containsExactly(0, 1, 2, 0);
    }

    @Test
    void twoThatTakeTurnsWithEachOtherReachAllLoopsEach() {
        LoopRotation<Loop> other = new LoopRotation<>(loops, Function.identity());

        for (int i = 0; i < 3; i++) {
            assertThat(next(1)).containsExactly(i);
            assertThat(other.next()).isSameAs(loops.get(i));
        }
    }

    @Test
    void oneThatDoesNotAnswerIsLeftOut() {
        manual.get(1).stuck();

        assertThat(next(4)).containsExactly(0, 2, 0, 2);
    }

    @Test
    void whereNoneAnswersOneIsTakenAllTheSame() {
        manual.forEach(ManualLoop::stuck);

        assertThat(next(1)).doesNotContain(-1);
    }

    private List<Integer> next(int times) {
        return Stream.generate(() -> loops.indexOf(rotation.next()))
                .limit(times)
                .toList();
    }
}

package dev.refractium.server.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.server.plugin.IdentifyStats.Count;
import dev.refractium.testkit.BytesPeek;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IdentifyStatsTest {
    private final IdentifyStats answers = new IdentifyStats(false);

    @Test
    void countsQuestionsAndThoseThatHadNoAnswerWhileItIsOn() {
        ask(Identification::match);
        answers.counted(true);
        ask(Identification::match);
        ask(Identification::noMatch);
        Count earlier = answers.count();
        assertThatThrownBy(() -> ask(() -> {
                    throw new StackOverflowError();
                }))
                .isInstanceOf(StackOverflowError.class);
        assertThatThrownBy(() -> ask(() -> null)).isInstanceOf(NullPointerException.class);
        answers.counted(false);
        ask(Identification::match);

        assertThat(earlier).isEqualTo(new Count(2, 0));
        assertThat(answers.count()).isEqualTo(new Count(4, 2));
        assertThat(answers.count().since(earlier).share()).isEqualTo(1);
        assertThat(new Count(0, 0).share()).isZero();
    }

    /** The thread is an event loop's, which other plugins' code runs on too. */
    @Test
    void contextClassLoaderIsThePluginsWhileItIsAskedIfItNeedsOne() throws Exception {
        Thread loop = Thread.currentThread();
        ClassLoader before = loop.getContextClassLoader();
        List<ClassLoader> seen = new ArrayList<>();
        try (URLClassLoader other = new URLClassLoader(new URL[0])) {
            loop.setContextClassLoader(other);
            Supplier<Identification> look = () -> {
                seen.add(loop.getContextClassLoader());
                return Identification.match();
            };
            IdentifyStats inContext = new IdentifyStats(true);
            ask(look);
            ask(inContext, look);
            assertThatThrownBy(() -> ask(inContext, () -> {
                        throw new StackOverflowError();
                    }))
                    .isInstanceOf(StackOverflowError.class);
            seen.add(loop.getContextClassLoader());

            assertThat(seen).containsExactly(other, Answering.class.getClassLoader(), other);
        } finally {
            loop.setContextClassLoader(before);
        }
    }

    private void ask(Supplier<@Nullable Identification> answer) {
        ask(answers, answer);
    }

    private static void ask(IdentifyStats answers, Supplier<@Nullable Identification> answer) {
        answers.ask(new Answering(answer), BytesPeek.tcp(new byte[1]));
    }

    private record Answering(Supplier<@Nullable Identification> answer) implements Protocol {
        @Override
        public String name() {
            return "answering";
        }

        @Override
        @SuppressWarnings("NullAway") // A plugin may be wrong.
        public Identification identify(Peek peek) {
            return answer.get();
        }
    }
}

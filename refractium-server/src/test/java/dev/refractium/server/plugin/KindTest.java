package dev.refractium.server.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refractium.api.Protocol;
import java.util.List;
import java.util.Objects;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A kind of extension that exists in this test only: whatever loads and names extensions takes it from a table. */
class KindTest {
    private static final Kind<IntSupplier> NUMBER = Kind.of(IntSupplier.class, "number", "[a-z]+", String::valueOf);

    private static final List<Kind<?>> KINDS = List.of(Kind.PROTOCOL, Kind.HOOK, NUMBER);

    @Test
    void anExtensionOfANewKindIsFoundByItsName() throws Exception {
        Extensions made = make(Seven.class, Unrelated.class);

        assertThat(made.of(NUMBER)).containsOnlyKeys("seven");
        assertThat(Objects.requireNonNull(made.of(NUMBER).get("seven")).getAsInt())
                .isEqualTo(7);
        assertThat(made.of(Kind.HOOK)).isEmpty();
        assertThat(made.has(Objects.requireNonNull(made.of(NUMBER).get("seven"))))
                .isTrue();
    }

    @Test
    void anExtensionOfANewKindClaimsItsNameAndIsReportedWithItsKind() throws Exception {
        Extensions made = make(Seven.class);

        assertThat(made.claims()).containsExactly("number seven");
        assertThat(made.labels()).containsExactly("seven (number)");
    }

    @Test
    void namesOfANewKindAreCheckedAndUnique() {
        assertThatThrownBy(() -> make(Nameless.class))
                .hasMessageContaining("name() gives \"\", which is not of the form [a-z]+");
        assertThatThrownBy(() -> make(Seven.class, AnotherSeven.class))
                .hasMessageContaining("is a second number of its name");
    }

    @Test
    void aJarOfNoKindIsRefusedWithTheKindsThereAre() {
        assertThatThrownBy(() -> make(Unrelated.class))
                .hasMessage("none of its extensions implements " + Protocol.class.getName()
                        + " or dev.refractium.api.Hook or java.util.function.IntSupplier");
    }

    private static Extensions make(Class<?>... types) throws Exception {
        List<String> names = Stream.of(types).map(Class::getName).toList();
        return new PluginCalls()
                .run(
                        new PluginCaller("test", "test", "test"),
                        call -> new Extensions(KINDS, false).load(call, KindTest.class.getClassLoader(), names));
    }

    public static class Seven implements IntSupplier {
        @Override
        public int getAsInt() {
            return 7;
        }

        @Override
        public String toString() {
            return "seven";
        }
    }

    public static final class AnotherSeven extends Seven {}

    public static final class Nameless extends Seven {
        @Override
        public String toString() {
            return "";
        }
    }

    public static final class Unrelated {}
}

package dev.refractium.plugins.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Direction;
import dev.refractium.testkit.FakeSession;
import dev.refractium.testkit.FakeSettings;
import dev.refractium.testkit.Tapping;
import org.junit.jupiter.api.Test;

class MirrorHookTest {
    @Test
    void itAsksForWhatClientsSendAndNoMore() {
        assertThat(new MirrorHook().bytes()).containsExactly(Direction.FROM_CLIENT);
        assertThat(new MirrorHook().name()).isEqualTo("mirror");
    }

    @Test
    void addressesAreReadAsOperatorsWriteThem() {
        assertThat(Target.parse("shadow.test:8080")).contains(new Target("shadow.test", 8080));
        assertThat(Target.parse("192.0.2.1:1")).contains(new Target("192.0.2.1", 1));
        assertThat(Target.parse("[2001:db8::1]:65535")).contains(new Target("2001:db8::1", 65_535));
        for (String wrong :
                new String[] {"", "host", "host:", ":80", "host:0", "host:65536", "a:b:80", "2001:db8::1:80", "h h:1"
                }) {
            assertThat(Target.parse(wrong)).as(wrong).isEmpty();
        }
    }

    @Test
    void settingsThatCannotBeAreRefusedTogether() {
        FakeSettings settings = FakeSettings.of("to", "nowhere")
                .and("max_sessions", 0L)
                .and("buffer", 1L)
                .and("too", "x");

        new MirrorHook().configured(settings);

        assertThat(settings.problems())
                .containsExactlyInAnyOrder(
                        "to: is not host:port",
                        "max_sessions: 0 is out of range; use 1 to 10000",
                        "buffer: 1B is out of range; use 64KiB to 64MiB");
        assertThat(settings.unknown()).containsExactly("too");
    }

    @Test
    void itSaysHowManySocketsItMayHold() {
        FakeSettings settings = FakeSettings.of("to", "192.0.2.1:80").and("max_sessions", 10L);

        assertThat(new MirrorHook().configured(settings).descriptors()).isEqualTo(10 + 6);
        assertThat(new MirrorHook().descriptors()).isZero();
    }

    @Test
    void withoutATargetNothingIsMirrored() {
        assertThat(Tapping.open(new MirrorHook(), FakeSession.tcp()).isTapped()).isFalse();
    }
}

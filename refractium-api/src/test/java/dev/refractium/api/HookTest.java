package dev.refractium.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HookTest {
    @Test
    void aHookThatSaysLittleSeesNoByteAndHoldsNobody() {
        Hook hook = new Hook() {
            @Override
            public String name() {
                return "least";
            }

            @Override
            public Tap open(Session session) {
                return end -> {};
            }
        };

        assertThat(hook.bytes()).isEmpty();
        assertThat(hook.attributes()).isEmpty();
        assertThat(hook.firstBytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(hook.overflow()).isSameAs(Overflow.drop());
        hook.close();
    }

    @Test
    void holdingIsBounded() {
        assertThat(Overflow.hold(Duration.ofMillis(200)).maxHold()).hasMillis(200);
        assertThat(Overflow.hold(Duration.ofMinutes(1))).hasToString("hold(PT1M)");
        assertThat(Overflow.drop().maxHold()).isZero();
        assertThat(Overflow.drop()).hasToString("drop");
    }

    @Test
    void aHoldThatIsNoneOrTooLongIsRefused() {
        for (Duration hold : new Duration[] {Duration.ZERO, Duration.ofMillis(-1), Duration.ofMillis(60_001)}) {
            assertThatThrownBy(() -> Overflow.hold(hold))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(hold.toString());
        }
    }
}

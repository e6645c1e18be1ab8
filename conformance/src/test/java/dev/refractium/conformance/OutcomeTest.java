package dev.refractium.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutcomeTest {
    private static final Claim A = new Claim.Named("a.test");
    private static final Claim UNNAMED = new Claim.Unnamed();
    private static final Claim NOTHING = new Claim.Nothing("two Host lines");

    @Test
    void theSameNameAgreesAndAnotherOneIsAMismatch() {
        assertThat(Outcome.of(A, new Served.Host("a.test"))).isEqualTo(Outcome.AGREED);
        assertThat(Outcome.of(A, new Served.Host("b.test"))).isEqualTo(Outcome.MISMATCH);
    }

    @Test
    void aNameThatTheProxyDoesNotSeeIsAMismatch() {
        assertThat(Outcome.of(UNNAMED, new Served.Host("a.test"))).isEqualTo(Outcome.MISMATCH);
        assertThat(Outcome.of(UNNAMED, new Served.Default())).isEqualTo(Outcome.AGREED);
    }

    @Test
    void aNameThatTheServerDoesNotSeeIsNoMismatch() {
        assertThat(Outcome.of(A, new Served.Default())).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void aReplyThatCannotBeReadIsNoAgreement() {
        assertThat(Outcome.of(A, new Served.Unread("encrypted"))).isEqualTo(Outcome.BROKEN);
    }

    @Test
    void whereTheProxyClaimsNothingOrTheServerServesNobodyNothingIsCompared() {
        assertThat(Outcome.of(NOTHING, new Served.Host("a.test"))).isEqualTo(Outcome.UNREADABLE);
        assertThat(Outcome.of(A, new Served.Refused("closed"))).isEqualTo(Outcome.REFUSED);
        assertThat(Outcome.of(NOTHING, new Served.Unread("encrypted"))).isEqualTo(Outcome.UNREADABLE);
        assertThat(Outcome.of(NOTHING, new Served.Refused("closed"))).isEqualTo(Outcome.REFUSED);
    }
}

package dev.refractium.server.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HidingTest {
    @Test
    void valueIsHiddenAsItIsEscapedCutAndInAnotherCase() {
        String value = "To\"p\u001bSecret";

        assertThat(Hiding.whole("a " + value + " b", value, "*")).isEqualTo("a * b");
        assertThat(Hiding.whole("a " + Escape.quoted(value) + " b", value, "*")).isEqualTo("a \"*\" b");
        assertThat(Hiding.whole("a TO\"P\u001bSECRET b", value, "*")).isEqualTo("a * b");
        String large = "x".repeat(Escape.LIMIT + 9);
        assertThat(Hiding.whole(Escape.quoted(large) + " is long", large, "*")).isEqualTo("\"*\" is long");
    }

    @Test
    void everyWordOfTheValueIsHiddenAndOthersStay() {
        String message = Hiding.everyWord("99999 is no port, and secr no host; use 1 to 65535", "secret:99999", "*");

        assertThat(message).isEqualTo("* is no port, and * no host; use 1 to 65535");
    }

    @Test
    void emptyValueHidesNothing() {
        assertThat(Hiding.everyWord("is empty", "", "*")).isEqualTo("is empty");
    }
}

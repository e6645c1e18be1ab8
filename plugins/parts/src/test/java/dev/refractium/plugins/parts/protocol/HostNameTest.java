package dev.refractium.plugins.parts.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HostNameTest {
    @Test
    void aNameIsLowerCasedAndLosesOneTrailingDot() {
        assertThat(HostName.canonical("WWW.Example.COM.")).isEqualTo("www.example.com");
        assertThat(HostName.canonical("example.com..")).isNull();
        assertThat(HostName.canonical("_sip-1.example")).isEqualTo("_sip-1.example");
    }

    @Test
    void whatIsNoNameOfAsciiLabelsIsRefused() {
        for (String text : new String[] {"", ".", ".a", "a..b", "a b", "a,b", "b\u00fccher.example", "a/b", "\u212a"}) {
            assertThat(HostName.canonical(text)).as(text).isNull();
        }
    }

    @Test
    void labelsAndNamesHaveTheirLimits() {
        String label = "x".repeat(HostName.MAX_LABEL);

        assertThat(HostName.canonical(label)).isEqualTo(label);
        assertThat(HostName.canonical(label + "x")).isNull();
        String longest = String.join(".", label, label, label, "x".repeat(61));
        assertThat(HostName.canonical(longest)).isEqualTo(longest).hasSize(HostName.MAX_NAME);
        assertThat(HostName.canonical(longest + "x")).isNull();
    }
}

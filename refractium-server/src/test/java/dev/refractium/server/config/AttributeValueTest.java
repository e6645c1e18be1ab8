package dev.refractium.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttributeValueTest {
    @ParameterizedTest
    @CsvSource({
        "sni, A.Test, a.test",
        "sni, a.test., a.test",
        "sni, *.A.test, *.a.test",
        "sni, '', ''",
        "host, 10.0.0.1, 10.0.0.1",
        "sni, 192.0.2.7, 192.0.2.7",
        "host, '[::A]', '[::a]'",
        "qname, _SIP._tcp.a.test, _sip._tcp.a.test",
        "sni, \u0431\u044e\u0440\u043e.example, xn--90a0af9c.example",
        "sni, *.b\u00fccher.example, *.xn--bcher-kva.example",
        "alpn, H2, H2",
        "alpn, http/1.1, http/1.1",
        "user, Any Thing:1., Any Thing:1."
    })
    void hostNamesAreNormalisedAndOtherValuesKept(String attribute, String said, String compared) {
        assertThat(AttributeValue.normalise(attribute, said)).isEqualTo(compared);
        assertThat(AttributeValue.normalise(attribute, compared)).isEqualTo(compared);
    }

    @ParameterizedTest
    @CsvSource({
        "sni, *",
        "sni, *.",
        "sni, a.*.test",
        "sni, *a.test",
        "sni, **.test",
        "sni, *.*.test",
        "user, a*",
        "sni, .",
        "sni, ..",
        "sni, .a",
        "sni, ::1",
        "sni, a.test:443",
        "host, a:80",
        "host, '[::1]:80'",
        "sni, '[::1]'",
        "sni, fa\u00df.de",
        "sni, a b",
        "sni, \ufeff",
        "sni, '\u3002'"
    })
    void whatCanNeverMatchIsRefused(String attribute, String said) {
        assertThatThrownBy(() -> AttributeValue.normalise(attribute, said))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

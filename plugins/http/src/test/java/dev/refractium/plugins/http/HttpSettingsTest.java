package dev.refractium.plugins.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Identification.Verdict;
import dev.refractium.api.Protocol;
import dev.refractium.testkit.BytesPeek;
import dev.refractium.testkit.FakeSettings;
import dev.refractium.testkit.HealthSample;
import dev.refractium.testkit.ProtocolContract;
import dev.refractium.testkit.Sample;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract holds with methods of an operator's own, and what they may be. */
class HttpSettingsTest extends ProtocolContract {
    private static final String REQUEST = "XQUERY-ALL /a HTTP/1.1\r\nHost: a.test\r\n\r\n";

    @Override
    protected Protocol protocol() {
        return new HttpProtocol().configured(FakeSettings.of("methods", List.of("XQUERY-ALL", "GET")));
    }

    @Override
    protected List<HealthSample> healthSamples() {
        return new HttpProtocolTest().healthSamples();
    }

    @Override
    protected List<Sample> samples() {
        return List.of(
                Sample.match("a method of one's own", REQUEST).with("host", "a.test"),
                Sample.match("a known one", "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
                        .with("host", "a.test"),
                Sample.noMatch("neither", "XQUERY / HTTP/1.1\r\n\r\n").by(7),
                Sample.noMatch("another letter", "Y").by(1));
    }

    @Test
    void withoutSettingsItIsNotKnown() {
        Protocol plain = new HttpProtocol().configured(FakeSettings.none());

        assertThat(plain.canStartWith('X')).isFalse();
        assertThat(plain.identify(BytesPeek.tcp(REQUEST.getBytes(StandardCharsets.US_ASCII)))
                        .verdict())
                .isEqualTo(Verdict.NO_MATCH);
    }

    @Test
    void whatIsNoMethodIsAProblem() {
        FakeSettings settings = FakeSettings.of("methods", List.of("PURGE", "get", ""));

        new HttpProtocol().configured(settings);

        assertThat(settings.problems())
                .containsExactly(
                        "methods: \"get\" is no request method; write capitals, digits, - and _, a letter first",
                        "methods: \"\" is no request method; write capitals, digits, - and _, a letter first");
        assertThat(settings.unknown()).isEmpty();
    }
}

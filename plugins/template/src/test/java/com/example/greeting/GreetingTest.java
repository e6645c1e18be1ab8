package com.example.greeting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Identification.Verdict;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.testkit.BytesPeek;
import dev.refractium.testkit.FakeSettings;
import dev.refractium.testkit.HealthSample;
import dev.refractium.testkit.ProtocolContract;
import dev.refractium.testkit.Sample;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the server relies on, tried with these samples and with spoiled copies of them. */
class GreetingTest extends ProtocolContract {
    @Override
    protected Protocol protocol() {
        return new Greeting();
    }

    @Override
    protected List<Sample> samples() {
        return List.of(
                Sample.match("a name", "GREET Anna-2\nand more").with("name", "anna-2"),
                Sample.recognised("no end of the line yet", "GREET Anna"),
                Sample.unreadable("no name", "GREET \n"),
                Sample.unreadable("a name with a space", "GREET Anna B\n"),
                Sample.unreadable("a long name", "GREET " + "a".repeat(65) + "\n"),
                Sample.noMatch("HTTP", "GET / HTTP/1.1\r\n\r\n").by(2),
                Sample.noMatch("SSH", "SSH-2.0-x\r\n").by(1));
    }

    @Override
    protected List<HealthSample> healthSamples() {
        return List.of(
                HealthSample.alive("hello", "HELLO health-check\n"),
                HealthSample.failing("busy", "BUSY\n"),
                HealthSample.foreign("HTTP", "HTTP/1.1 400 Bad Request\r\n"),
                HealthSample.needsMore("half a hello", "HEL"));
    }

    @Test
    void routesMayWriteANameInUpperCase() {
        assertThat(new Greeting().normalForm("name", "Anna")).isEqualTo("anna");
    }

    @Test
    void healthCheckGreetsByTheNameOfTheRoute() {
        assertThat(opening(Map.of("name", "anna"))).isEqualTo("GREET anna\n");
        assertThat(opening(Map.of())).isEqualTo("GREET health-check\n");
    }

    @Test
    void longestNameIsTheOperatorsToSay() {
        FakeSettings settings = FakeSettings.of("longest_name", 3);

        Protocol strict = new Greeting().configured(settings);

        assertThat(settings.problems()).isEmpty();
        assertThat(settings.unknown()).isEmpty();
        assertThat(verdict(strict, "GREET abc\n")).isEqualTo(Verdict.MATCH);
        assertThat(verdict(strict, "GREET abcd\n")).isEqualTo(Verdict.UNREADABLE);
    }

    @Test
    void aLengthOutOfRangeIsAProblem() {
        FakeSettings settings = FakeSettings.of("longest_name", 0);

        new Greeting().configured(settings);

        assertThat(settings.problems()).containsExactly("longest_name: 0 is out of range; use 1 to 255");
    }

    private static String opening(Map<String, String> attributes) {
        byte[] opening = new Greeting()
                .healthCheck(Transport.TCP, attributes)
                .orElseThrow()
                .opening();
        return new String(opening, StandardCharsets.US_ASCII);
    }

    private static Verdict verdict(Protocol protocol, String bytes) {
        return protocol.identify(BytesPeek.tcp(bytes.getBytes(StandardCharsets.US_ASCII)))
                .verdict();
    }
}

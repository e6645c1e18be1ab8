package dev.refractium.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Identification;
import dev.refractium.api.Identification.Verdict;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.pf4j.Extension;

/**
 * Proves that a protocol keeps the promises of {@link Protocol} and {@link Identification}. A test class extends it and
 * gives the protocol and samples of its traffic; good ones are real first bytes, one of each kind that is recognised,
 * and the neighbours that it could be taken for, each with the byte that tells them apart.
 *
 * <p>Beside the samples themselves, spoiled copies of them are tried, the same ones in each run: whatever they are, the
 * protocol must not throw, must not contradict itself and must not read the same bytes again and again.
 */
public abstract class ProtocolContract {
    private static final int SPOILED_COPIES = 100;
    private static final int SEED = 3;

    /** The protocol to prove; may be the same object each time. */
    protected abstract Protocol protocol();

    /** What to prove it by. Not empty. */
    protected abstract List<Sample> samples();

    /** Those of the {@link #samples} whose answer is {@link Identification#oddName}, in their order. */
    protected List<Sample> oddNames() {
        return List.of();
    }

    /**
     * What to prove the protocol's health check by: for each transport that it has one for, an answer of a living server,
     * and one that shows no life. Real answers are good ones.
     */
    protected List<HealthSample> healthSamples() {
        return List.of();
    }

    /** A host reads no more than this of an answer, and sends no more. */
    private static final int MOST_CHECKED = 16 << 10;

    @Test
    void aHealthCheckHasSamplesAndSendsLittle() {
        for (Transport transport : protocol().transports()) {
            Map<String, String> names = new HashMap<>();
            protocol().attributes().forEach(attribute -> names.put(attribute, "name.example"));
            List<HealthCheck> checks = Stream.of(Map.<String, String>of(), names)
                    .flatMap(given -> protocol().healthCheck(transport, given).stream())
                    .toList();

            assertThat(checks)
                    .as("with and without names over %s", transport)
                    .matches(all -> all.isEmpty() || all.size() == 2, "has a check in both cases, or in none");
            for (HealthCheck check : checks) {
                assertThat(check.opening()).hasSizeLessThanOrEqualTo(MOST_CHECKED);
                assertThat(check.closing()).hasSizeLessThanOrEqualTo(MOST_CHECKED);
                assertThat(healthSamples().stream().filter(sample -> sample.transport() == transport))
                        .as("samples over %s", transport)
                        .anyMatch(sample -> sample.verdict() == HealthCheck.Verdict.ALIVE)
                        .anyMatch(sample -> sample.verdict() != HealthCheck.Verdict.ALIVE);
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> healthSamplesGetTheirVerdict() {
        return eachHealth(sample -> {
            HealthCheck check = sample.check(protocol());
            byte[] answer = sample.answer(check.opening());

            assertThat(judged(check, sample.transport(), answer, answer.length)).isEqualTo(sample.verdict());
        });
    }

    @TestFactory
    Stream<DynamicTest> cutsOfHealthSamplesDoNotMatter() {
        return eachHealth(sample -> {
            HealthCheck check = sample.check(protocol());
            byte[] answer = sample.answer(check.opening());
            HealthCheck.Verdict verdict = HealthCheck.Verdict.NEED_MORE;
            int length = sample.transport() == Transport.UDP ? answer.length : 1;
            for (; length <= answer.length && verdict == HealthCheck.Verdict.NEED_MORE; length++) {
                verdict = judged(check, sample.transport(), answer, length);
            }

            assertThat(verdict).as("decided after %d bytes", length - 1).isEqualTo(sample.verdict());
        });
    }

    @TestFactory
    Stream<DynamicTest> spoiledHealthSamplesDoNoHarm() {
        return eachHealth(sample -> {
            Random random = new Random(SEED);
            for (int i = 0; i < SPOILED_COPIES; i++) {
                HealthCheck check = sample.check(protocol());
                byte[] spoiled = Bytes.spoil(sample.answer(check.opening()), random);

                assertThat(judged(check, sample.transport(), spoiled, spoiled.length))
                        .isNotNull();
            }
        });
    }

    private static HealthCheck.Verdict judged(HealthCheck check, Transport transport, byte[] bytes, int length) {
        BytesPeek peek = BytesPeek.of(transport, bytes).first(length);
        try {
            return check.judge(peek);
        } finally {
            peek.dead();
        }
    }

    private Stream<DynamicTest> eachHealth(Consumer<HealthSample> proof) {
        return healthSamples().stream()
                .map(sample -> DynamicTest.dynamicTest(sample.name(), () -> {
                    try {
                        proof.accept(sample);
                    } catch (AssertionError e) {
                        throw new AssertionError("health sample \"" + sample.name() + "\": " + e.getMessage(), e);
                    }
                }));
    }

    @Test
    void namesAreCanonical() {
        Protocol protocol = protocol();

        assertThat(protocol.name()).matches("[a-z][a-z0-9_]*");
        assertThat(protocol.aliases()).allMatch(alias -> alias.matches("[a-z][a-z0-9_]*"));
        assertThat(protocol.aliases()).doesNotContain(protocol.name());
        assertThat(protocol.transports()).isNotEmpty();
        assertThat(protocol.attributes()).doesNotHaveDuplicates();
    }

    /** A class that is not marked, such as one of a program that embeds the host, has no index to be in. */
    @Test
    void anExtensionCanBeLoadedFromItsJar() throws Exception {
        Class<?> type = protocol().getClass();
        assumeTrue(type.isAnnotationPresent(Extension.class), "no plugin's extension");

        assertThat(Modifier.isPublic(type.getModifiers()))
                .as("%s is public", type)
                .isTrue();
        assertThat(Modifier.isPublic(type.getConstructor().getModifiers())).isTrue();
        assertThat(indexes(type.getClassLoader()))
                .as("META-INF/extensions.idx, written by PF4J's annotation processor when the plugin is compiled")
                .anyMatch(index -> index.lines().anyMatch(type.getName()::equals));
    }

    @Test
    void aFirstByteThatIsRuledOutIsRefused() {
        Protocol protocol = protocol();

        for (int first = 0; first < 256; first++) {
            for (Transport transport : protocol.transports()) {
                if (!protocol.canStartWith(first)) {
                    assertThat(Promises.ask(protocol, BytesPeek.of(transport, new byte[] {(byte) first}))
                                    .verdict())
                            .as("canStartWith(0x%02x) says no over %s, so identify must", first, transport)
                            .isEqualTo(Verdict.NO_MATCH);
                }
            }
        }
    }

    @Test
    void theCountOfDatagramsIsInRange() {
        assertThat(protocol().datagrams()).isBetween(1, 8);
    }

    @Test
    void theCountOfResponsesIsInRange() {
        assertThat(protocol().responses()).isBetween(0, 1_000);
    }

    /** Each datagram that is added moves the answer forward, with the note of the answer before and without. */
    @TestFactory
    Stream<DynamicTest> datagramsMoveAnswersForward() {
        return each(sample -> {
            List<byte[]> all = sample.transport() == Transport.UDP ? sample.datagrams() : List.of();
            Identification before = Identification.needMore(0);
            for (int count = 1; count <= Math.min(all.size(), protocol().datagrams()); count++) {
                List<byte[]> first = all.subList(0, count);
                Identification fresh = Promises.ask(protocol(), BytesPeek.udp(first));
                Identification noted =
                        Promises.ask(protocol(), BytesPeek.udp(first).note(before.note()));

                assertThat(Asking.mayFollow(before, fresh))
                        .as("%s became %s after %d datagrams", before, fresh, count)
                        .isTrue();
                assertThat(Asking.same(fresh, noted))
                        .as("%s afresh, %s with a note", fresh, noted)
                        .isTrue();
                before = noted;
            }
        });
    }

    /** Of a protocol that is not spoken over UDP this is not asked: no datagram reaches it. */
    @TestFactory
    Stream<DynamicTest> anEmptyDatagramDoesNoHarm() {
        return protocol().transports().stream()
                .filter(transport -> transport == Transport.UDP)
                .map(transport -> DynamicTest.dynamicTest(
                        "an empty datagram",
                        () -> assertThat(Promises.ask(protocol(), BytesPeek.udp(new byte[0]))
                                        .verdict())
                                .isIn(Verdict.NO_MATCH, Verdict.NEED_MORE)));
    }

    @TestFactory
    Stream<DynamicTest> samplesGetTheirAnswer() {
        return each(sample -> {
            Identification answer = sample.ends().isEmpty()
                    ? Asking.allAtOnce(protocol(), sample.transport(), sample.bytes())
                            .answer()
                    : Asking.overUdp(protocol(), sample.datagrams()).answer();

            assertThat(answer.verdict()).as("%s", answer).isEqualTo(sample.verdict());
            assertThat(answer.attributes()).isEqualTo(sample.attributes());
            assertThat(protocol().attributes()).containsAll(answer.attributes().keySet());
            assertThat(protocol().transports()).contains(sample.transport());
        });
    }

    /** So that a route without attributes takes odd names, where it does, and nothing that servers read differently. */
    @Test
    void onlyOddNamesAreAnsweredAsOddNames() {
        List<String> odd = samples().stream()
                .filter(sample -> Asking.allAtOnce(protocol(), sample.transport(), sample.bytes())
                        .answer()
                        .isOddName())
                .map(Sample::name)
                .toList();

        assertThat(odd)
                .containsExactlyElementsOf(oddNames().stream().map(Sample::name).toList());
    }

    /** So that a route that is written in that form fits. */
    @TestFactory
    Stream<DynamicTest> valuesOfAttributesAreInTheirNormalForm() {
        return each(sample -> sample.attributes()
                .forEach((attribute, values) -> assertThat(values)
                        .allSatisfy(value -> assertThat(protocol().normalForm(attribute, value))
                                .as("the normal form of %s", attribute)
                                .isEqualTo(value))));
    }

    @TestFactory
    Stream<DynamicTest> whatIsLeftOutChangesNothingElse() {
        return eachOfOnePiece(sample -> {
            for (String wanted : protocol().attributes()) {
                Identification answer = Promises.ask(
                        protocol(),
                        BytesPeek.of(sample.transport(), sample.bytes()).wanting(wanted));

                assertThat(answer.verdict()).as("%s alone wanted", wanted).isEqualTo(sample.verdict());
                assertThat(sample.attributes()).containsAllEntriesOf(answer.attributes());
                assertThat(answer.values(wanted)).isEqualTo(sample.attributes().getOrDefault(wanted, List.of()));
            }
            if (sample.verdict() == Verdict.NO_MATCH || sample.verdict() == Verdict.NEED_MORE) {
                assertThat(Promises.ask(
                                        protocol(),
                                        BytesPeek.of(sample.transport(), sample.bytes())
                                                .wanting())
                                .verdict())
                        .as("nothing wanted")
                        .isEqualTo(sample.verdict());
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> firstBytesOfSamplesAreNotRuledOut() {
        return each(sample -> {
            if (sample.verdict() != Verdict.NO_MATCH) {
                assertThat(protocol().canStartWith(sample.bytes()[0] & 0xff)).isTrue();
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> answersOnlyMoveForward() {
        return eachOverTcp(sample -> promises().moveForward(sample.bytes()));
    }

    @TestFactory
    Stream<DynamicTest> refusalsFallWhenTheBytesRuleTheProtocolOut() {
        return eachOverTcp(sample -> {
            if (sample.verdict() == Verdict.NO_MATCH) {
                Identification answer =
                        Promises.ask(protocol(), BytesPeek.tcp(sample.bytes()).first(sample.by()));

                assertThat(answer.verdict()).as("after %d bytes", sample.by()).isEqualTo(Verdict.NO_MATCH);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> cutsDoNotMatter() {
        return eachOverTcp(sample -> {
            byte[] bytes = sample.bytes();

            promises().cutsDoNotMatter(bytes);
            for (int cut = 1; cut < bytes.length; cut++) {
                promises().agree(bytes, Asking.overTcp(protocol(), bytes, List.of(cut, bytes.length)));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> whatFollowsADecisionDoesNotMatter() {
        return eachOverTcp(sample -> {
            byte[] bytes = sample.bytes();
            Asking alone = Asking.allAtOnce(protocol(), Transport.TCP, bytes);
            for (int filler : Asking.isDecided(alone.answer()) ? new int[] {0, '\n', 'A', 0xff} : new int[0]) {
                byte[] longer = Arrays.copyOf(bytes, bytes.length + 64);
                Arrays.fill(longer, bytes.length, longer.length, (byte) filler);

                Asking followed = Asking.allAtOnce(protocol(), Transport.TCP, longer);

                assertThat(followed.agreesWith(alone))
                        .as("%s alone, %s before 64 of 0x%02x", alone.answer(), followed.answer(), filler)
                        .isTrue();
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> spoiledCopiesDoNoHarm() {
        return each(sample -> {
            Random random = new Random(SEED);
            for (int i = 0; i < SPOILED_COPIES; i++) {
                byte[] spoiled = Bytes.spoil(sample.bytes(), random);
                promises().answer(sample.transport(), spoiled);
            }
        });
    }

    private Promises promises() {
        return new Promises(protocol());
    }

    private Stream<DynamicTest> each(Consumer<Sample> proof) {
        return samples().stream().map(sample -> DynamicTest.dynamicTest(sample.name(), () -> prove(sample, proof)));
    }

    /** Has a failure name the sample: build tools that report no names of dynamic tests report the message. */
    private static void prove(Sample sample, Consumer<Sample> proof) {
        try {
            proof.accept(sample);
        } catch (AssertionError e) {
            throw new AssertionError("sample \"" + sample.name() + "\": " + e.getMessage(), e);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            throw new AssertionError("sample \"" + sample.name() + "\" made it throw " + e, e);
        }
    }

    private Stream<DynamicTest> eachOverTcp(Consumer<Sample> proof) {
        return each(sample -> {
            if (sample.transport() == Transport.TCP) {
                proof.accept(sample);
            }
        });
    }

    private Stream<DynamicTest> eachOfOnePiece(Consumer<Sample> proof) {
        return each(sample -> {
            if (sample.ends().isEmpty()) {
                proof.accept(sample);
            }
        });
    }

    private static List<String> indexes(ClassLoader loader) throws IOException {
        List<String> indexes = new ArrayList<>();
        for (URL url : Collections.list(loader.getResources("META-INF/extensions.idx"))) {
            try (InputStream in = url.openStream()) {
                indexes.add(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return indexes;
    }
}

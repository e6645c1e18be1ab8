package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.it.support.Attempts;
import dev.refractium.server.it.support.CapturedLog;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.report.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Backends whose names a real DNS server knows: their records change, fail, are slow, are many, have ports. */
class BackendDnsIT {
    /** Longer than any test: nobody waits for its end. */
    private static final int LONG_TTL = 600;

    @RegisterExtension
    final Lab lab = new Lab();

    @Test
    void changedRecordIsFollowedWhenItsTtlHasPassed() throws Exception {
        NameServer names = NameServer.start(lab, 1, "127.0.0.2 app.test\n");
        try (TestBackend first = at("127.0.0.2", 0, "first");
                TestBackend second = at("127.0.0.3", first.port(), "second");
                Proxy proxy = Proxy.of(to("app.test:" + first.port()).resolvers(names.text()))) {
            assertThat(served(proxy)).isEqualTo("first>?");

            names.records("127.0.0.3 app.test\n");
            Duration took = until(proxy, "second>?");

            System.out.printf("record with a TTL of 1 s changed: followed after %d ms%n", took.toMillis());
            assertThat(took).isLessThan(Duration.ofSeconds(6));
            Status.Name name = name(proxy);
            assertThat(name.source()).isEqualTo(names.text());
            assertThat(name.ttl()).isEqualTo(1_000);
            assertThat(name.members()).containsExactly("127.0.0.3:" + second.port());
            assertThat(name.trouble()).isEmpty();
        }
    }

    @Test
    void nameWhoseAddressesAllRefuseIsAskedForAgainAtOnce() throws Exception {
        NameServer names = NameServer.start(lab, LONG_TTL, "127.0.0.2 app.test\n");
        try (TestBackend first = at("127.0.0.2", 0, "first");
                TestBackend second = at("127.0.0.3", first.port(), "second");
                Proxy proxy = Proxy.of(
                        to("app.test:" + first.port()).resolvers(names.text()).resolveMax(Duration.ofHours(1)))) {
            assertThat(served(proxy)).isEqualTo("first>?");
            assertThat(name(proxy).ttl()).isEqualTo(LONG_TTL * 1_000);

            names.records("127.0.0.3 app.test\n");
            stop(first);
            Duration took = until(proxy, "second>?");

            System.out.printf(
                    "address with a TTL of %d s gone: the new one served after %d ms%n", LONG_TTL, took.toMillis());
            assertThat(took).isLessThan(Duration.ofSeconds(2));
            assertThat(second.accepted()).isPositive();
        }
    }

    @Test
    void lastAddressesStayWhileTheServerIsGone() throws Exception {
        NameServer names = NameServer.start(lab, 1, "127.0.0.2 app.test\n");
        try (CapturedLog log = new CapturedLog();
                TestBackend backend = at("127.0.0.2", 0, "b");
                Proxy proxy = Proxy.of(to("app.test:" + backend.port()).resolvers(names.text()))) {
            names.kill();
            int failed = servedUntilTrouble(proxy);

            assertThat(failed).isZero();
            assertThat(name(proxy).trouble())
                    .hasValueSatisfying(why -> assertThat(why).contains(names.text()));
            names.start();
            await().until(() -> name(proxy).trouble().isEmpty());
            assertThat(log.lines("last addresses stay")).hasSize(1);
            assertThat(log.lines("resolves again")).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"SERVFAIL, answered servfail(2)", "SILENT, does not answer"})
    void lastAddressesStayWhileTheServerFails(DnsTap.Mode mode, String reason) throws Exception {
        NameServer names = NameServer.start(lab, 1, "127.0.0.2 app.test\n");
        try (DnsTap tap = new DnsTap(names.address());
                TestBackend backend = at("127.0.0.2", 0, "b");
                Proxy proxy = Proxy.of(to("app.test:" + backend.port()).resolvers(tap.text()))) {
            tap.mode(mode);
            int failed = servedUntilTrouble(proxy);

            assertThat(failed).isZero();
            assertThat(name(proxy).trouble())
                    .hasValueSatisfying(why -> assertThat(why).endsWith(reason));
            assertThat(name(proxy).members()).hasSize(1);
        }
    }

    @Test
    void addressesOfAFamilyStayWhileItsQuestionsFail() throws Exception {
        NameServer names = NameServer.start(lab, 1, "127.0.0.2 app.test\n::1 app.test\n");
        try (DnsTap tap = new DnsTap(names.address());
                TestBackend backend = at("127.0.0.2", 0, "b");
                Proxy proxy = Proxy.of(to("app.test:" + backend.port()).resolvers(tap.text()))) {
            assertThat(name(proxy).members()).hasSize(2);

            tap.mode(DnsTap.Mode.SERVFAIL_SIX);
            await().until(() -> name(proxy).trouble().isPresent());
            names.records("127.0.0.3 app.test\n::1 app.test\n");
            await().until(() -> name(proxy).members().contains("127.0.0.3:" + backend.port()));

            assertThat(name(proxy).members()).hasSize(2).contains("[0:0:0:0:0:0:0:1]:" + backend.port());
        }
    }

    @Test
    void aliasHoldsForTheShortestTtlOfItsRecords() throws Exception {
        NameServer names = NameServer.start(lab, LONG_TTL, "127.0.0.2 app.test\n", "cname=alias.test,app.test,7");
        try (TestBackend backend = at("127.0.0.2", 0, "b");
                Proxy proxy = Proxy.of(to("alias.test:" + backend.port()).resolvers(names.text()))) {
            assertThat(served(proxy)).isEqualTo("b>?");
            assertThat(name(proxy).ttl()).isEqualTo(7_000);
        }
    }

    @Test
    void reloadAsksOtherServersAndARefusedOneDoesNot() throws Exception {
        NameServer before = NameServer.start(lab, LONG_TTL, "127.0.0.2 app.test\n");
        try (TestBackend first = at("127.0.0.2", 0, "first");
                TestBackend second = at("127.0.0.3", first.port(), "second");
                DnsTap after = new DnsTap(before.address())) {
            String fallback = "fallback_tcp = \"app.test:" + first.port() + "\"\n";
            Path file = lab.write("names.toml", fallback + servers(before.text()));
            try (Proxy proxy = Proxy.of(Proxy.builder().config(file).hotReload(false), first)) {
                assertThat(served(proxy)).isEqualTo("first>?");
                before.records("127.0.0.3 app.test\n");

                lab.write("names.toml", fallback + servers(after.text()) + "[[protocols]]\nname = \"none\"\n");
                assertThatThrownBy(() -> proxy.server().reload()).isInstanceOf(ConfigException.class);
                assertThat(after.ports()).isEmpty();
                lab.write("names.toml", fallback + servers(after.text()));
                proxy.server().reload();

                assertThat(until(proxy, "second>?")).isLessThan(Duration.ofSeconds(5));
                assertThat(name(proxy).source()).isEqualTo(after.text());
                assertThat(second.accepted()).isPositive();
            }
        }
    }

    private static String servers(String server) {
        return "[server]\nresolvers = [\"" + server + "\"]\n";
    }

    @ParameterizedTest
    @ValueSource(ints = {90, 1_000})
    void manyAddressesComeByTcp(int count) throws Exception {
        NameServer names = NameServer.start(
                lab,
                LONG_TTL,
                IntStream.range(0, count)
                        .mapToObj(i -> "127.0." + (9 + i / 250) + "." + (i % 250 + 1) + " many.test\n")
                        .collect(Collectors.joining()));
        try (TestBackend backend = at("127.0.9.90", 0, "b");
                Proxy proxy = Proxy.unprobed(
                        to("many.test:" + backend.port()).healthOff().resolvers(names.text()))) {
            await().until(() -> !name(proxy).members().isEmpty());

            System.out.printf(
                    "%d records: %d members%n", count, name(proxy).members().size());
            assertThat(name(proxy).members()).hasSize(count).contains("127.0.9.90:" + backend.port());
            assertThat(served(proxy)).isEqualTo("b>?");
        }
    }

    @Test
    void serviceGoesByPriorityAndWeightAndPort() throws Exception {
        try (TestBackend heavy = at("127.0.0.2", 0, "heavy");
                TestBackend light = at("127.0.0.3", 0, "light");
                TestBackend spare = at("127.0.0.2", 0, "spare")) {
            NameServer names = NameServer.start(
                    lab,
                    LONG_TTL,
                    "127.0.0.2 one.test\n127.0.0.3 two.test\n",
                    "srv-host=_app._tcp.test,one.test,%d,0,3".formatted(heavy.port()),
                    "srv-host=_app._tcp.test,two.test,%d,0,1".formatted(light.port()),
                    "srv-host=_app._tcp.test,one.test,%d,7,9".formatted(spare.port()));
            try (Proxy proxy = Proxy.of(to("srv://_app._tcp.test").resolvers(names.text()))) {
                Map<String, Integer> counts = new TreeMap<>();
                for (int i = 0; i < 400; i++) {
                    counts.merge(served(proxy), 1, Integer::sum);
                }

                System.out.printf("service with weights 3 and 1, and a spare: %s%n", counts);
                assertThat(counts).containsOnlyKeys("heavy>?", "light>?");
                assertThat(counts.get("heavy>?")).isBetween(255, 345);
                assertThat(name(proxy).members()).contains("127.0.0.2:" + spare.port() + " priority 7 weight 9");
                stop(heavy);
                stop(light);
                until(proxy, "spare>?");
            }
        }
    }

    @Test
    void eachQuestionHasAPortAndAnIdOfItsOwn() throws Exception {
        NameServer names = NameServer.start(lab, 0, "127.0.0.2 app.test\n");
        try (DnsTap tap = new DnsTap(names.address());
                TestBackend backend = at("127.0.0.2", 0, "b");
                Proxy proxy = Proxy.of(
                        to("app.test:" + backend.port()).resolvers(tap.text()).resolveMin(Duration.ofMillis(100)))) {
            await().until(() -> tap.ports().size() >= 100);

            List<Integer> ports = List.copyOf(tap.ports()).subList(0, 100);
            List<Integer> ids = List.copyOf(tap.ids()).subList(0, 100);
            System.out.printf(
                    "100 questions: %d source ports, %d ids%n", new HashSet<>(ports).size(), new HashSet<>(ids).size());
            // Each may occur twice by chance.
            assertThat(new HashSet<>(ports)).hasSizeGreaterThanOrEqualTo(96);
            assertThat(new HashSet<>(ids)).hasSizeGreaterThanOrEqualTo(96);
            assertThat(proxy.live()).isZero();
        }
    }

    @Test
    void slowServerDelaysNoSession() throws Exception {
        NameServer names = NameServer.start(lab, 0, "127.0.0.2 app.test slow.test\n");
        try (DnsTap tap = new DnsTap(names.address());
                TestBackend backend = at("127.0.0.2", 0, "b")) {
            tap.delay(Duration.ofMillis(1_500));
            RefractiumBuilder slow = Proxy.builder()
                    .resolvers(tap.text())
                    .resolveMin(Duration.ofMillis(100))
                    .fallback(
                            Transport.TCP,
                            IntStream.range(0, 32)
                                    .mapToObj(i -> (i == 0 ? "app.test:" : "n" + i + ".test:") + backend.port())
                                    .toArray(String[]::new));
            try (Proxy proxy = Proxy.unprobed(slow)) {
                await().until(() -> served(proxy).equals("b>?"));

                Duration worst =
                        Attempts.untilGood(() -> slowestEcho(proxy), time -> time.compareTo(Duration.ofMillis(10)) < 0);

                System.out.printf(
                        "32 names of a server that takes 1.5 s: slowest echo of 2,000: %.2f ms%n",
                        worst.toNanos() / 1e6);
                assertThat(worst).isLessThan(Duration.ofMillis(10));
            }
        }
    }

    /** Returns the longest time that one byte took to come back, while names are looked up. */
    private static Duration slowestEcho(Proxy proxy) throws IOException {
        try (Client client = proxy.connect()) {
            client.send("x").read(3);
            long worst = 0;
            for (int i = 0; i < 2_000; i++) {
                long begin = System.nanoTime();
                client.send("x").read(1);
                worst = Math.max(worst, System.nanoTime() - begin);
            }
            return Duration.ofNanos(worst);
        }
    }

    /** Returns how many sessions failed until the name's last lookup did. */
    private static int servedUntilTrouble(Proxy proxy) throws IOException {
        int failed = 0;
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        do {
            failed += served(proxy).equals("b>?") ? 0 : 1;
        } while (name(proxy).trouble().isEmpty() && System.nanoTime() < until);
        return failed + (served(proxy).equals("b>?") ? 0 : 1);
    }

    private static Duration until(Proxy proxy, String answer) {
        long begin = System.nanoTime();
        await().pollInterval(Duration.ofMillis(20)).until(() -> served(proxy).equals(answer));
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static RefractiumBuilder to(String backend) {
        return Proxy.builder().fallback(Transport.TCP, backend);
    }

    private static TestBackend at(String address, int port, String name) throws IOException {
        return TestBackend.namedAt(new InetSocketAddress(InetAddress.getByName(address), port), name);
    }

    private static void stop(TestBackend backend) throws IOException {
        backend.close();
    }

    private static Status.Name name(Proxy proxy) {
        return proxy.server().status().names().get(0);
    }

    private static String served(Proxy proxy) throws IOException {
        try (Client client = proxy.connect()) {
            return client.send("?").finish().rest().text();
        }
    }
}

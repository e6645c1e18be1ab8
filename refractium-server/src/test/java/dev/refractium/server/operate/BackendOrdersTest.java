package dev.refractium.server.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Identification;
import dev.refractium.api.Transport;
import dev.refractium.server.control.BackendAnswer;
import dev.refractium.server.control.BackendRequest;
import dev.refractium.server.control.BackendRequest.Action;
import dev.refractium.server.control.BackendRequest.Term;
import dev.refractium.server.control.RequestRefusedException;
import dev.refractium.server.engine.ReloadThread;
import dev.refractium.server.files.StateHome;
import dev.refractium.server.upstream.Backend;
import dev.refractium.server.upstream.BalanceRules;
import dev.refractium.server.upstream.Policy;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.Source;
import dev.refractium.server.upstream.Standings;
import dev.refractium.server.upstream.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Orders about two pools that share a server, in memory and in a file. */
class BackendOrdersTest {
    private static final Instant NOW = Instant.parse("2026-12-01T10:00:00Z");

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final ReloadThread later = new ReloadThread(thread);
    private final List<String> closed = new ArrayList<>();
    private final Source one = source(1);
    private final Source two = source(2);
    private final Source three = source(3);
    private Standings standings = new Standings();
    private Pool web = pool("pool:web", one, two);
    private Pool shop = pool("shop", one, three);

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        thread.shutdownNow();
    }

    @Test
    void drainedServerTakesNothingNewInAnyPool() throws Exception {
        BackendAnswer answer = orders(NOW).order(drain(one), "anna", Set.of(web, shop), this::close, later);

        assertThat(answer.pools()).containsExactly("pool:web", "shop");
        assertThat(answer.before()).isEqualTo("as configured");
        assertThat(answer.after()).isEqualTo("drained");
        assertThat(sourcesOf(web)).containsOnly(two);
        assertThat(sourcesOf(shop)).containsOnly(three);
        assertThat(closed).isEmpty();
    }

    @Test
    void orderAboutOnePoolLeavesTheOther() throws Exception {
        BackendRequest request = request(Action.DISABLE, one, Optional.of("web"), OptionalInt.empty(), false);

        orders(NOW).order(request, "anna", Set.of(web, shop), this::close, later);

        assertThat(sourcesOf(web)).containsOnly(two);
        assertThat(sourcesOf(shop)).containsOnly(one, three);
        assertThat(closed).containsExactly("127.0.0.1:1 of [pool:web]");
    }

    @Test
    void weightCountsUntilTheServerIsEnabled() throws Exception {
        BackendOrders orders = orders(NOW);

        orders.order(
                request(Action.WEIGHT, one, Optional.empty(), OptionalInt.of(3), false),
                "anna",
                Set.of(web),
                this::close,
                later);
        assertThat(web.backends().get(0).weight()).isEqualTo(3);

        BackendAnswer answer = orders.order(
                request(Action.ENABLE, one, Optional.empty(), OptionalInt.empty(), false),
                "anna",
                Set.of(web),
                this::close,
                later);
        assertThat(answer.before()).isEqualTo("in use, weight 3");
        assertThat(web.backends().get(0).weight()).isEqualTo(1);
    }

    @Test
    void lastLiveServerNeedsForce() throws Exception {
        BackendOrders orders = orders(NOW);
        orders.order(drain(two), "anna", Set.of(web), this::close, later);

        assertThatExceptionOfType(RequestRefusedException.class)
                .isThrownBy(() -> orders.order(drain(one), "anna", Set.of(web), this::close, later))
                .withMessage("127.0.0.1:1 is the last live backend of pool:web; add --force to leave that without one");
        assertThat(sourcesOf(web)).containsOnly(one);

        orders.order(
                request(Action.DRAIN, one, Optional.empty(), OptionalInt.empty(), true),
                "anna",
                Set.of(web),
                this::close,
                later);
        assertThat(first(web)).isNull();
        assertThat(web.isLive()).isFalse();
    }

    @Test
    void unknownNamesAreRefusedWithTheKnownOnes() {
        BackendRequest unknown =
                new BackendRequest(Action.DRAIN, "127.0.0.1:9", Optional.empty(), OptionalInt.empty(), forEver(false));
        BackendRequest elsewhere = request(Action.DRAIN, one, Optional.of("wap"), OptionalInt.empty(), false);

        assertThatExceptionOfType(RequestRefusedException.class)
                .isThrownBy(() -> orders(NOW).order(unknown, "anna", Set.of(web), this::close, later))
                .withMessageStartingWith("there is no backend \"127.0.0.1:9\"; ");
        assertThatExceptionOfType(RequestRefusedException.class)
                .isThrownBy(() -> orders(NOW).order(elsewhere, "anna", Set.of(web, shop), this::close, later))
                .withMessageStartingWith("there is no pool \"wap\"; ");
    }

    @Test
    void keptOrdersAreFollowedByTheNextProcessUntilTheirTimeIsOver() throws Exception {
        BackendRequest request = new BackendRequest(
                Action.DRAIN,
                one.toString(),
                Optional.empty(),
                OptionalInt.empty(),
                new Term(Optional.of(Duration.ofHours(8)), false, false));
        orders(NOW).order(request, "anna", Set.of(web, shop), this::close, later);

        restart();
        assertThat(orders(NOW.plusSeconds(3600)).of(one.toString()))
                .singleElement()
                .satisfies(kept -> {
                    assertThat(kept.order()).isEqualTo("drained");
                    assertThat(kept.since()).isEqualTo(NOW);
                    assertThat(kept.until()).contains(NOW.plusSeconds(8 * 3600));
                    assertThat(kept.by()).isEqualTo("anna");
                });
        assertThat(sourcesOf(web)).containsOnly(two);

        restart();
        assertThat(orders(NOW.plusSeconds(8 * 3600)).of(one.toString())).isEmpty();
        assertThat(sourcesOf(web)).containsOnly(one, two);
    }

    @Test
    void forgottenOrderEndsWithTheProcess() throws Exception {
        BackendRequest request = new BackendRequest(
                Action.DRAIN,
                one.toString(),
                Optional.empty(),
                OptionalInt.empty(),
                new Term(Optional.empty(), true, false));

        assertThat(orders(NOW)
                        .order(request, "anna", Set.of(web), this::close, later)
                        .kept())
                .isFalse();

        restart();
        assertThat(orders(NOW).of(one.toString())).isEmpty();
    }

    @Test
    void brokenLineOfTheFileLosesNoOther() throws Exception {
        orders(NOW).order(drain(one), "anna", Set.of(web), this::close, later);
        Path file;
        try (Stream<Path> files = Files.list(directory.resolve("state"))) {
            file = files.findFirst().orElseThrow();
        }
        Files.writeString(file, "{\"address\":\"x\",\"mode\":\"asleep\"}\nrubbish\n" + Files.readString(file));

        restart();

        assertThat(orders(NOW).snapshot()).hasSize(1);
    }

    @Test
    void timeThatIsOverEndsTheOrder() throws Exception {
        BackendRequest request = new BackendRequest(
                Action.DRAIN,
                one.toString(),
                Optional.empty(),
                OptionalInt.empty(),
                new Term(Optional.of(Duration.ofMillis(1)), false, false));

        BackendOrders orders = orders(NOW);
        orders.order(request, "anna", Set.of(web), this::close, later);

        await().until(() -> orders.snapshot().isEmpty());
        assertThat(sourcesOf(web)).containsOnly(one, two);
    }

    private BackendOrders orders(Instant now) {
        return new BackendOrders(
                standings,
                Optional.of(new OrdersFile(StateHome.at(directory.resolve("state")), Path.of("/etc/refractium.toml"))),
                Clock.fixed(now, ZoneOffset.UTC));
    }

    /** As in the next process, nothing is ordered. */
    private void restart() {
        standings = new Standings();
        web = pool("pool:web", one, two);
        shop = pool("shop", one, three);
    }

    private int close(Optional<Set<Pool>> pools, String server) {
        closed.add(server + " of "
                + pools.map(some -> some.stream().map(Pool::name).toList().toString())
                        .orElse("all"));
        return 0;
    }

    private static BackendRequest drain(Source server) {
        return request(Action.DRAIN, server, Optional.empty(), OptionalInt.empty(), false);
    }

    private static BackendRequest request(
            Action action, Source server, Optional<String> pool, OptionalInt weight, boolean force) {
        return new BackendRequest(action, server.toString(), pool, weight, forEver(force));
    }

    private static Term forEver(boolean force) {
        return new Term(Optional.empty(), false, force);
    }

    private static Set<Source> sourcesOf(Pool pool) {
        return Stream.generate(() -> first(pool))
                .limit(20)
                .map(target -> Objects.requireNonNull(target).source())
                .collect(Collectors.toSet());
    }

    private static @Nullable Target first(Pool pool) {
        return pool.first(pool.key(new InetSocketAddress(1), Identification.noMatch()));
    }

    private Pool pool(String name, Source... sources) {
        return new Pool(
                name,
                Stream.of(sources)
                        .map(source -> new Backend(
                                source, source.toString(), 1, false, Integer.MAX_VALUE, standings.of(name, source)))
                        .toList(),
                new BalanceRules(Policy.ROUND_ROBIN));
    }

    private static Source source(int port) {
        Source source = new Source("127.0.0.1", port, Transport.TCP);
        source.resolved(List.of(InetAddress.getLoopbackAddress()));
        return source;
    }
}

package dev.refractium.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NameResolverTest {
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private final CountDownLatch answers = new CountDownLatch(1);

    @Test
    void addressOfAMissingInterfaceIsNotCalledAName() {
        try (NameResolver names = new NameResolver()) {
            assertThat(names.watch("fe80::1%no-such0", new Heard(heard)).first())
                    .isDone();
        }

        assertThat(heard).containsExactly("no interface called no-such0 has a link-local address");
    }

    @Test
    void addressIsResolvedAtOnceWithoutAResolver() {
        NameResolver.Resolver none = host -> {
            throw new AssertionError("asked for " + host);
        };

        try (NameResolver names = new NameResolver(none)) {
            assertThat(names.watch("127.0.0.1", new Heard(heard)).first()).isDone();
            assertThat(names.watch("::1", new Heard(heard)).first()).isDone();
        }

        assertThat(heard).containsExactly("127.0.0.1", "0:0:0:0:0:0:0:1");
    }

    @Test
    void hangingNamesDelayNeitherAddressesNorOtherNames() throws Exception {
        try (NameResolver names = new NameResolver(this::hanging)) {
            List<CompletableFuture<Void>> hung = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                hung.add(names.watch("hangs-" + i + ".test", new Heard(heard)).first());
            }

            assertThat(names.watch("127.0.0.7", new Heard(heard)).first()).isDone();
            names.watch("answers.test", new Heard(heard)).first().get(10, TimeUnit.SECONDS);

            assertThat(heard).containsExactly("127.0.0.7", "127.0.0.1");
            assertThat(hung).noneMatch(CompletableFuture::isDone);
        } finally {
            answers.countDown();
        }
    }

    @Test
    void lookupThatFailsByAnErrorIsRepeated() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        NameResolver.Resolver resolver = host -> {
            switch (attempts.incrementAndGet()) {
                case 1 -> throw new StackOverflowError("first");
                case 2 -> throw new IllegalStateException("second");
                case 3 -> throw new UnknownHostException("third");
                default -> {
                    return List.of(InetAddress.getLoopbackAddress());
                }
            }
        };

        try (NameResolver names = new NameResolver(resolver, Thread::new, 1)) {
            names.watch("some.test", new Heard(heard)).first().get(10, TimeUnit.SECONDS);
            await().until(() -> heard.size() == 2);
        }

        assertThat(heard).containsExactly("the name does not resolve", "127.0.0.1");
    }

    @Test
    void watcherThatThrowsIsCalledAgain() {
        AtomicInteger calls = new AtomicInteger();
        NameResolver.Watcher throwing = new Heard(heard) {
            @Override
            public void resolved(NameAnswer answer) {
                if (calls.incrementAndGet() == 1) {
                    throw new IllegalStateException("first");
                }
                super.resolved(answer);
            }
        };

        try (NameResolver names = new NameResolver(host -> List.of(InetAddress.getLoopbackAddress()), Thread::new, 1)) {
            names.watch("some.test", throwing);
            await().until(() -> heard.size() == 1);
            names.watch("127.0.0.1", throwing);
            assertThat(heard).hasSize(2);
        }
    }

    @Test
    void momentWithoutThreadsDelaysLookupsAndLosesNone() {
        AtomicInteger starts = new AtomicInteger();

        try (NameResolver names = new NameResolver(
                host -> List.of(InetAddress.getLoopbackAddress()),
                task -> {
                    if (starts.incrementAndGet() <= 2) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    return new Thread(task);
                },
                1)) {
            assertThat(names.watch("some.test", new Heard(heard)).first()).isDone();

            await().until(() -> heard.contains("127.0.0.1"));
        }
        assertThat(starts).hasValue(3);
    }

    @Test
    void nameIsAskedForAgainAtOnceButOnceASecondAtMost() {
        Queue<Long> asked = new ConcurrentLinkedQueue<>();
        NameResolver.Resolver resolver = host -> {
            asked.add(System.nanoTime());
            return List.of(InetAddress.getLoopbackAddress());
        };

        try (NameResolver names = new NameResolver(resolver)) {
            WatchedName name = names.watch("some.test", new Heard(heard));
            await().until(() -> {
                name.askAgain();
                return asked.size() == 3;
            });
        }

        List<Long> times = List.copyOf(asked);
        for (int i = 1; i < times.size(); i++) {
            assertThat(times.get(i) - times.get(i - 1)).isBetween(500_000_000L, 10_000_000_000L);
        }
    }

    @Test
    void draftedSettingsAreThoseOfNewNamesOnlyUntilTheyAreServed() throws Exception {
        try (NameResolver names = new NameResolver(host -> List.of(InetAddress.getLoopbackAddress()))) {
            names.serve(keptFor(10));
            WatchedName old = names.watch("old.test", new Heard(heard));
            old.first().get(10, TimeUnit.SECONDS);

            names.draft(keptFor(20));
            WatchedName fresh = names.watch("new.test", new Heard(heard));
            fresh.first().get(10, TimeUnit.SECONDS);
            old.askAgain();
            await().until(() -> heard.size() == 3);

            assertThat(fresh.report().ttl()).hasSeconds(20);
            assertThat(old.report().ttl()).hasSeconds(10);
            assertThat(names.serve(keptFor(20))).isTrue();
            old.askAgain();
            await().until(() -> old.report().ttl().toSeconds() == 20);
        }
    }

    @Test
    void timeToLiveIsHonouredWithinItsBounds() {
        NameSettings settings = keptFor(30);

        assertThat(settings.bounded(Optional.of(Duration.ZERO))).hasSeconds(1);
        assertThat(settings.bounded(Optional.of(Duration.ofSeconds(7)))).hasSeconds(7);
        assertThat(settings.bounded(Optional.of(Duration.ofMinutes(10)))).hasSeconds(30);
        assertThat(settings.bounded(Optional.empty())).hasSeconds(30);
    }

    private static NameSettings keptFor(int seconds) {
        return new NameSettings(NameSettings.Kind.JDK, List.of(), Duration.ofSeconds(1), Duration.ofSeconds(seconds));
    }

    private List<InetAddress> hanging(String host) {
        boolean hangs = host.startsWith("hangs");
        try {
            if (hangs) {
                answers.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return List.of(InetAddress.getLoopbackAddress());
    }

    private static class Heard implements NameResolver.Watcher {
        private final Queue<String> heard;

        Heard(Queue<String> heard) {
            this.heard = heard;
        }

        @Override
        public void resolved(NameAnswer answer) {
            answer.members().forEach(member -> heard.add(member.address().getHostAddress()));
        }

        @Override
        public void unresolved(String reason) {
            heard.add(reason);
        }

        @Override
        public boolean isOver() {
            return false;
        }
    }
}

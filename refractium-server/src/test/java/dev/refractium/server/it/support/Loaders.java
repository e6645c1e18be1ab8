package dev.refractium.server.it.support;

import static org.awaitility.Awaitility.await;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The class loaders of the plugins that {@link Versions} makes, as far as they are not collected. Any thread. */
public final class Loaders {
    /** Where the plugins find the list: they see the JDK and nothing of this test. */
    static final String KEY = "dev.refractium.test.loaders";

    private static final List<Reference<?>> ALL = new CopyOnWriteArrayList<>();

    private Loaders() {}

    /** Begins a list. */
    public static void forget() {
        ALL.clear();
        System.getProperties().put(KEY, (java.util.function.Consumer<Object>) Loaders::made);
    }

    /** How many there were. */
    public static int made() {
        return ALL.size();
    }

    /** How many are not collected. */
    public static int alive() {
        return (int) ALL.stream().filter(loader -> !loader.refersTo(null)).count();
    }

    /** Waits until no more than {@code count} are left, collecting garbage again and again. */
    public static void awaitAlive(int count) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    System.gc();
                    return alive() <= count;
                });
    }

    private static void made(Object loader) {
        ALL.add(new PhantomReference<>(loader, new ReferenceQueue<>()));
    }
}

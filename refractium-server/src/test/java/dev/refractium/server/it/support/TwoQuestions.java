package dev.refractium.server.it.support;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/** Clients that ask two questions from one socket, as the C library's resolver does for A and AAAA. */
public final class TwoQuestions {
    private static final int CLIENTS = 20;

    private final InetSocketAddress server;

    public TwoQuestions(InetSocketAddress server) {
        this.server = server;
    }

    /** Asks both questions at once, this many times, each time from a new socket. Fails if an answer does not come. */
    public void together(int times) throws Exception {
        each(times, i -> client -> {
            client.send(question('a', i)).send(question('b', i));
            expect(client, question('a', i));
            expect(client, question('b', i));
        });
    }

    /** As {@link #together}, but each second question follows {@code pause} of its number behind the first answer. */
    public void oneByOne(int times, IntFunction<Duration> pause) throws Exception {
        each(times, i -> client -> {
            client.send(question('a', i));
            expect(client, question('a', i));
            // The load's own pace, not a wait for a condition.
            LockSupport.parkNanos(pause.apply(i).toNanos());
            client.send(question('b', i));
            expect(client, question('b', i));
        });
    }

    private interface Exchange {
        void with(UdpClient client) throws IOException;
    }

    private void each(int times, IntFunction<Exchange> exchange) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                int number = i;
                all.add(clients.submit(() -> {
                    try (UdpClient client = UdpClient.to(server)) {
                        exchange.apply(number).with(client);
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            clients.shutdownNow();
        }
    }

    private static String question(char which, int number) {
        return "R" + which + number;
    }

    private static void expect(UdpClient client, String answer) throws IOException {
        String read = client.read();
        if (!read.equals(answer)) {
            throw new AssertionError(read + " instead of " + answer);
        }
    }
}

package dev.refractium.benchmarks;

import dev.refractium.api.Identification;
import dev.refractium.api.Transport;
import dev.refractium.server.upstream.Backend;
import dev.refractium.server.upstream.BalanceRules;
import dev.refractium.server.upstream.HealthRules;
import dev.refractium.server.upstream.Policy;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.Source;
import dev.refractium.server.upstream.Standing;
import dev.refractium.server.upstream.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * From a session to the backend that it tries first, among few and many that are up, of weights 1 to 4. There are always
 * about ten sessions for each backend: each choice begins one, and ends the oldest.
 */
@SuppressWarnings("NullAway.Init")
public class BalanceBenchmark extends Nanoseconds {
    private static final int INPUTS = 1024;

    /** A policy; "hash_on" is {@code source_hash} on an attribute, with a bound of the load. */
    @Param({"round_robin", "least_connections", "random", "first", "source_hash", "hash_on"})
    public String balance;

    @Param({"10", "100", "1000"})
    public int backends;

    private final InetSocketAddress[] clients = new InetSocketAddress[INPUTS];
    private final Identification[] answers = new Identification[INPUTS];
    private Pool pool;
    private Target[] live;
    private int next;

    /** Makes the backends, and the sessions that are there already. */
    @Setup
    public void prepare() throws UnknownHostException {
        boolean hashOn = balance.equals("hash_on");
        Policy policy = hashOn ? Policy.SOURCE_HASH : Policy.valueOf(balance.toUpperCase(Locale.ROOT));
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        List<Backend> members = IntStream.range(0, backends)
                .mapToObj(i -> {
                    Source source = new Source("127.0.0.1", 1000 + i, Transport.TCP);
                    source.resolved(List.of(loopback));
                    source.targets().get(0).probed(null, new HealthRules.Thresholds(1, 1));
                    return new Backend(source, source.toString(), 1 + i % 4, false, Integer.MAX_VALUE, new Standing());
                })
                .toList();
        pool = new Pool(
                "benchmark", members, new BalanceRules(policy, hashOn ? Optional.of("sni") : Optional.empty(), 0));
        Random random = new Random(1);
        for (int i = 0; i < INPUTS; i++) {
            byte[] address = {10, (byte) random.nextInt(), (byte) random.nextInt(), (byte) random.nextInt()};
            clients[i] = new InetSocketAddress(InetAddress.getByAddress(address), 1024 + i);
            answers[i] = Identification.match("sni", "host" + random.nextInt() + ".example.com");
        }
        live = new Target[10 * backends];
        for (int i = 0; i < live.length; i++) {
            live[i] = choose();
            live[i].sessionBegan();
        }
    }

    /** One choice, from the client's address or name. */
    @Benchmark
    public Target choose() {
        int input = next++ & (INPUTS - 1);
        return Objects.requireNonNull(pool.first(pool.key(clients[input], answers[input])));
    }

    /** The same, with the session's begin and the oldest session's end, which change the loads. */
    @Benchmark
    public Target replace() {
        int oldest = (next & Integer.MAX_VALUE) % live.length;
        Target chosen = choose();
        live[oldest].sessionEnded();
        chosen.sessionBegan();
        live[oldest] = chosen;
        return chosen;
    }
}

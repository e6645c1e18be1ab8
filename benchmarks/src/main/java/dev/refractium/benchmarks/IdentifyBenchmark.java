package dev.refractium.benchmarks;

import dev.refractium.api.Transport;
import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.files.StateDirectory;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.GenerationBuilder;
import dev.refractium.server.generation.Protocols;
import dev.refractium.server.identify.BytePeek;
import dev.refractium.server.identify.Identifier.Outcome;
import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.net.NameResolver;
import dev.refractium.server.plugin.PluginDirectory;
import dev.refractium.server.plugin.PluginScan;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.upstream.Backends;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * From the first bytes to the route, as a listener asks: the identifier over the plugins of their JARs, then the route
 * table. Each row goes round 1,024 different inputs, and each answer is checked.
 */
@SuppressWarnings("NullAway.Init")
public class IdentifyBenchmark extends Nanoseconds {
    private static final int INPUTS = 1024;

    private static final String CONFIG = """
            [[protocols]]
            name = "http"
            forward_to = "127.0.0.1:1"
            [[protocols]]
            name = "https"
            sni = "*.sni.test"
            forward_to = "127.0.0.1:2"
            [[protocols]]
            name = "ssh"
            forward_to = "127.0.0.1:3"
            [[protocols]]
            name = "dns"
            transport = "udp"
            forward_to = "127.0.0.1:4"
            [[protocols]]
            name = "ftp"
            forward_to = "127.0.0.1:5"
            [[protocols]]
            name = "minecraft"
            patterns = ["\\xfe\\x01"]
            forward_to = "127.0.0.1:6"
            """;

    @Param({
        "http",
        "sni",
        "sni_permuted",
        "sni_real",
        "sni_real_permuted",
        "ssh",
        "dns",
        "ftp",
        "pattern",
        "nomatch",
        "mixed"
    })
    public String payload;

    /** The six of {@link #CONFIG}, and magic bytes beyond them. */
    @Param("6")
    public int protocols;

    private final Payloads.Payload[] inputs = new Payloads.Payload[INPUTS];
    private final @Nullable Route[] expected = new Route[INPUTS];
    private final BytePeek tcpPeek = new BytePeek(Transport.TCP);
    private final BytePeek udpPeek = new BytePeek(Transport.UDP);
    private final Inquiry inquiry = new Inquiry();
    private final NameResolver names = new NameResolver();
    private StateDirectory state;
    private PluginScan plugins;
    private RouteTable tcp;
    private RouteTable udp;
    private int next;

    /** Loads the plugins, builds the tables, makes the inputs and looks up where each must go. */
    @Setup
    public void prepare() throws Exception {
        state = StateDirectory.open(Map.of());
        plugins = PluginDirectory.load(jars(), state);
        Generation generation = generation();
        tcp = generation.table(Transport.TCP);
        udp = generation.table(Transport.UDP);
        Random random = new Random(42);
        for (int i = 0; i < INPUTS; i++) {
            inputs[i] = Payloads.of(payload, random);
            expected[i] = named(inputs[i]);
        }
    }

    /** Removes the copies of the JARs. */
    @TearDown
    public void close() {
        names.close();
        plugins.close();
        state.close();
    }

    /** One question, with its answer checked. */
    @Benchmark
    @SuppressWarnings("ReferenceEquality") // the very route; comparing its parts would be measured too
    public @Nullable Route identify() {
        int i = next++ & (INPUTS - 1);
        Route route = route(inputs[i]);
        if (route != expected[i]) {
            throw new IllegalStateException(payload + " " + i + " went to " + route);
        }
        return route;
    }

    private @Nullable Route route(Payloads.Payload input) {
        boolean datagram = input.transport() == Transport.UDP;
        RouteTable table = datagram ? udp : tcp;
        BytePeek peek = (datagram ? udpPeek : tcpPeek).over(input.bytes(), input.bytes().length, datagram);
        inquiry.reset();
        Outcome outcome = table.identifier().ask(peek, inquiry);
        return table.decide(outcome, inquiry.candidate(), inquiry.answer(), null)
                .route();
    }

    private @Nullable Route named(Payloads.Payload input) {
        RouteTable table = input.transport() == Transport.UDP ? udp : tcp;
        return table.routes().stream()
                .filter(route -> route.name().equals(input.route()))
                .findFirst()
                .orElse(null);
    }

    private Generation generation() throws InterruptedException {
        StringBuilder config = new StringBuilder(CONFIG);
        Random random = new Random(7);
        for (int i = 6; i < protocols; i++) {
            config.append("[[protocols]]\nname = \"magic")
                    .append(i)
                    .append("\"\nforward_to = \"127.0.0.1:9\"\npatterns = [{ hex = \"")
                    .append(String.format(Locale.ROOT, "%02x%06x", random.nextInt(256), i * 7919))
                    .append("\" }]\n");
        }
        ConfigReader.Parsed parsed = ConfigReader.parse(config.toString(), "benchmark.toml", Path.of("/"));
        Protocols all = new Protocols(
                plugins.accepted().stream()
                        .flatMap(plugin -> plugin.protocols().stream())
                        .toList(),
                plugins.refused().stream().map(Object::toString).toList());
        GenerationBuilder.Built built =
                new GenerationBuilder(parsed.config(), all, new Backends(names, address -> false)).build();
        if (!parsed.problems().isEmpty() || !built.problems().isEmpty()) {
            throw new IllegalStateException(parsed.problems() + " " + built.problems());
        }
        return built.generation();
    }

    /** Beside the benchmarks' own JAR. */
    static Path jars() throws Exception {
        Path jar = Path.of(IdentifyBenchmark.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        return Objects.requireNonNull(jar.getParent()).resolve("plugins");
    }
}

package dev.refractium.benchmarks;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.generation.GenerationBuilder;
import dev.refractium.server.generation.Protocols;
import dev.refractium.server.identify.BytePeek;
import dev.refractium.server.identify.Candidate;
import dev.refractium.server.identify.Identifier.Outcome;
import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.net.NameResolver;
import dev.refractium.server.route.Decision;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.upstream.Backends;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * From a name to its route, among few and many: {@link RouteTable#decide} alone. Half of the routes take one name each,
 * the others all names below one; each row goes round 1,024 names, and each answer is checked.
 */
@SuppressWarnings("NullAway.Init")
public class RouteBenchmark extends Nanoseconds {
    private static final int INPUTS = 1024;

    /** Which of the routes the names are for; "none" is for no route at all. */
    @Param({"exact", "wildcard", "none"})
    public String kind;

    @Param({"2", "20", "2000"})
    public int routes;

    private final Identification[] answers = new Identification[INPUTS];
    private final NameResolver names = new NameResolver();
    private final Named protocol = new Named();
    private Candidate candidate;
    private RouteTable table;
    private int next;

    /** Builds the table, makes the names and looks up that each finds what it must. */
    @Setup
    public void prepare() throws InterruptedException {
        StringBuilder config = new StringBuilder();
        for (int i = 0; i < routes; i++) {
            config.append("[[protocols]]\nname = \"named\"\nsni = \"")
                    .append(i % 2 == 0 ? "host" + i + ".test" : "*.zone" + i + ".test")
                    .append("\"\nforward_to = \"127.0.0.1:9\"\n");
        }
        ConfigReader.Parsed parsed = ConfigReader.parse(config.toString(), "benchmark.toml", Path.of("/"));
        GenerationBuilder.Built built = new GenerationBuilder(
                        parsed.config(),
                        new Protocols(List.of(protocol), List.of()),
                        new Backends(names, address -> false))
                .build();
        if (!parsed.problems().isEmpty() || !built.problems().isEmpty()) {
            throw new IllegalStateException(parsed.problems() + " " + built.problems());
        }
        table = built.generation().table(Transport.TCP);
        Inquiry inquiry = new Inquiry();
        table.identifier().ask(new BytePeek(Transport.TCP).over(new byte[1], 1, true), inquiry);
        candidate = Objects.requireNonNull(inquiry.candidate());
        for (int i = 0; i < INPUTS; i++) {
            answers[i] = Identification.match("sni", name(i));
        }
    }

    /** Ends the resolver's threads. */
    @TearDown
    public void close() {
        names.close();
    }

    /** One decision, with its outcome checked. */
    @Benchmark
    public Decision decide() {
        Decision decision = table.decide(Outcome.MATCHED, candidate, answers[next++ & (INPUTS - 1)], null);
        if ((decision.route() == null) != kind.equals("none")) {
            throw new IllegalStateException(kind + " came to " + decision);
        }
        return decision;
    }

    private String name(int i) {
        int route = i % (routes / 2) * 2;
        return switch (kind) {
            case "exact" -> "host" + route + ".test";
            case "wildcard" -> "www" + i + ".zone" + (route + 1) + ".test";
            default -> "www" + i + ".elsewhere.test";
        };
    }

    /** Takes everything, and has names. */
    private static final class Named implements Protocol {
        @Override
        public String name() {
            return "named";
        }

        @Override
        public List<String> attributes() {
            return List.of("sni");
        }

        @Override
        public Identification identify(Peek peek) {
            return Identification.match("sni", "any.test");
        }
    }
}

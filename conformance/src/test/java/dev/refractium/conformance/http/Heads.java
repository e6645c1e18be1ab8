package dev.refractium.conformance.http;

import dev.refractium.conformance.Generator;
import dev.refractium.conformance.Oddity;
import dev.refractium.conformance.Probe;
import dev.refractium.conformance.Server;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Generates request heads. */
public final class Heads {
    /** Bytes that parsers treat in ways of their own. */
    private static final String SPECIAL = "\r\n\t :;,@/\\?#%[]\0\u000b\f\u001c\u0085\u00a0\u007f\u00ffhHaA.=\"";

    private static final List<Oddity<Head>> ODDITIES = Stream.of(
                    Hosts.oddities(), Targets.oddities(), Headers.oddities())
            .flatMap(List::stream)
            .toList();

    private static final Generator<Head> GENERATOR =
            new Generator<>(ODDITIES, Heads::ordinary, Head::bytes, SPECIAL.getBytes(StandardCharsets.ISO_8859_1));

    private Heads() {}

    /** Returns how many heads try every oddity once. */
    public static int once() {
        return GENERATOR.once();
    }

    /** Returns {@code count} heads; the same seed gives the same ones. */
    public static List<Probe> generate(long seed, int count) {
        return GENERATOR.generate(seed, count);
    }

    private static Head ordinary(Random random) {
        int first = random.nextInt(Server.NAMES.size());
        Head head = new Head(Server.NAMES.get(first), Server.NAMES.get((first + 1) % Server.NAMES.size()));
        if (random.nextInt(8) == 0) {
            head.version = "HTTP/1.0";
        }
        if (random.nextInt(8) == 0) {
            head.target = "http://" + head.name + "/";
        }
        if (random.nextInt(4) == 0) {
            head.before.add("User-Agent: conformance/1\r\n");
        }
        return head;
    }
}

package dev.refractium.conformance.tls;

import dev.refractium.conformance.Generator;
import dev.refractium.conformance.Oddity;
import dev.refractium.conformance.Probe;
import dev.refractium.conformance.Server;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Generates ClientHellos, of TLS 1.2 and 1.3. */
public final class Hellos {
    private static final List<Oddity<Hello>> ODDITIES = Stream.of(Names.oddities(), Shapes.oddities(), Cuts.oddities())
            .flatMap(List::stream)
            .toList();

    /** Bytes that are types and lengths, or parts of names. */
    private static final byte[] SPECIAL =
            Bytes.of(0, 1, 2, 3, 4, 16, 20, 21, 22, 23, 43, 51, 'a', 'b', '.', 0x7f, 0x80, 0xfe, 0xff);

    private static final Generator<Hello> GENERATOR =
            new Generator<>(ODDITIES, Hellos::ordinary, Hello::bytes, SPECIAL);

    private Hellos() {}

    /** Returns how many hellos try every oddity once. */
    public static int once() {
        return GENERATOR.once();
    }

    /** Returns {@code count} hellos; the same seed gives the same ones. */
    public static List<Probe> generate(long seed, int count) {
        return GENERATOR.generate(seed, count);
    }

    private static Hello ordinary(Random random) {
        int first = random.nextInt(Server.NAMES.size());
        String other = Server.NAMES.get((first + 1) % Server.NAMES.size());
        return new Hello(Server.NAMES.get(first), other, random.nextBoolean(), random);
    }
}

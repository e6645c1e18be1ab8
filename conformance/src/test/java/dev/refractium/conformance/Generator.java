package dev.refractium.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import java.util.function.Function;

/**
 * Makes probes: ordinary first bytes, to which oddities are applied. The first probes are ordinary, the next ones have one
 * oddity each, so that every oddity is tried by itself; those after them have up to four, and some have bytes spoiled.
 *
 * @param <T> the bytes in the making
 */
public final class Generator<T> {
    private static final int ORDINARY = 8;
    private static final int SPOILED_WITHIN = 300;

    private final List<Oddity<T>> oddities;
    private final Function<Random, T> ordinary;
    private final Function<T, byte[]> bytes;
    private final byte[] special;

    /**
     * Takes over the array.
     *
     * @param ordinary makes ordinary first bytes
     * @param special the bytes that are put in where bytes are spoiled
     */
    public Generator(
            List<Oddity<T>> oddities, Function<Random, T> ordinary, Function<T, byte[]> bytes, byte[] special) {
        this.oddities = List.copyOf(oddities);
        this.ordinary = ordinary;
        this.bytes = bytes;
        this.special = special;
    }

    /** Returns how many probes try every oddity once. */
    public int once() {
        return ORDINARY + oddities.size();
    }

    /** Returns {@code count} probes; the same seed gives the same ones. */
    public List<Probe> generate(long seed, int count) {
        List<Oddity<T>> singles = new ArrayList<>(oddities);
        Collections.shuffle(singles, new Random(seed));
        List<Probe> probes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Random random = new Random(seed * 1_000_003 + i);
            if (i < ORDINARY) {
                probes.add(new Probe(Probe.NOTHING, bytes.apply(ordinary.apply(random))));
            } else if (i - ORDINARY < singles.size()) {
                probes.add(single(singles.get(i - ORDINARY), random));
            } else {
                probes.add(several(random));
            }
        }
        return probes;
    }

    private Probe single(Oddity<T> oddity, Random random) {
        T made = ordinary.apply(random);
        oddity.change().accept(made);
        return new Probe(oddity.name(), bytes.apply(made));
    }

    private Probe several(Random random) {
        T made = ordinary.apply(random);
        StringJoiner names = new StringJoiner(", ");
        int spoiled = random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 0;
        for (int i = random.nextInt(4) - (spoiled > 0 ? 2 : 0); i >= 0; i--) {
            Oddity<T> oddity = oddities.get(random.nextInt(oddities.size()));
            oddity.change().accept(made);
            names.add(oddity.name());
        }
        byte[] all = bytes.apply(made);
        for (int i = 0; i < spoiled; i++) {
            all = spoil(all, random);
            names.add("a spoiled byte");
        }
        return new Probe(names.toString(), all);
    }

    /** Returns the bytes with one inserted, replaced or removed, or a few repeated. */
    private byte[] spoil(byte[] whole, Random random) {
        int at = random.nextInt(Math.min(whole.length, SPOILED_WITHIN));
        int kind = random.nextInt(4);
        int removed = kind == 0 ? 0 : 1;
        byte[] inserted = switch (kind) {
            case 0, 1 -> new byte[] {special[random.nextInt(special.length)]};
            case 2 -> new byte[0];
            default -> Arrays.copyOfRange(whole, at, Math.min(whole.length, at + 1 + random.nextInt(30)));
        };
        byte[] result = new byte[whole.length - removed + inserted.length];
        System.arraycopy(whole, 0, result, 0, at);
        System.arraycopy(inserted, 0, result, at, inserted.length);
        System.arraycopy(whole, at + removed, result, at + inserted.length, whole.length - at - removed);
        return result;
    }
}

package dev.refractium.conformance;

import java.util.Optional;

/**
 * What the command was told.
 *
 * @param only a part of the names of the servers that are asked; empty for all
 */
record Options(int heads, int hellos, long seed, String only) {
    static final String USAGE =
            "usage: [--heads COUNT] [--hellos COUNT] [--seed NUMBER] [--only PART_OF_A_SERVER'S_NAME]";

    /** Returns the options that the arguments give; empty if they are wrong. */
    static Optional<Options> of(String... args) {
        Options options = new Options(4_000, 5_000, 1, "");
        try {
            for (int i = 0; i < args.length; i += 2) {
                options = options.with(args[i], args[i + 1]);
            }
            return Optional.of(options);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private Options with(String name, String value) {
        return switch (name) {
            case "--heads" -> new Options(Integer.parseInt(value), hellos, seed, only);
            case "--hellos" -> new Options(heads, Integer.parseInt(value), seed, only);
            case "--seed" -> new Options(heads, hellos, Long.parseLong(value), only);
            case "--only" -> new Options(heads, hellos, seed, value);
            default -> throw new IllegalArgumentException(name);
        };
    }
}

package dev.refractium.api;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The units of one quantity, and guesses of what was meant where a text is refused.
 *
 * @param noun what the quantity is called in messages
 * @param example what to write where nothing can be guessed
 * @param units from the smallest, which values are counted in, to the largest
 * @param zero the unit that zero is written with
 * @param others other spellings of units, in lower case, and how many of which unit each stands for
 */
record UnitScale(String noun, String example, List<Unit> units, Unit zero, Map<String, Unit> others) {
    private static final Unit MILLISECOND = new Unit("ms", 1);
    private static final Unit SECOND = new Unit("s", 1_000);
    private static final Unit MINUTE = new Unit("m", 60_000);
    private static final Unit HOUR = new Unit("h", 3_600_000);
    private static final Unit DAY = new Unit("d", 86_400_000);

    private static final Unit BYTE = new Unit("B", 1);
    private static final Unit KIBIBYTE = new Unit("KiB", 1 << 10);
    private static final Unit MEBIBYTE = new Unit("MiB", 1 << 20);
    private static final Unit GIBIBYTE = new Unit("GiB", 1 << 30);
    private static final Unit TEBIBYTE = new Unit("TiB", 1L << 40);

    static final UnitScale DURATION = new UnitScale(
            "duration",
            "a whole number with ms, s, m or h, as \"3s\"",
            List.of(MILLISECOND, SECOND, MINUTE, HOUR),
            SECOND,
            Map.ofEntries(
                    Map.entry("millis", MILLISECOND),
                    Map.entry("msec", MILLISECOND),
                    Map.entry("millisecond", MILLISECOND),
                    Map.entry("sec", SECOND),
                    Map.entry("second", SECOND),
                    Map.entry("min", MINUTE),
                    Map.entry("minute", MINUTE),
                    Map.entry("hr", HOUR),
                    Map.entry("hour", HOUR),
                    Map.entry("d", DAY),
                    Map.entry("day", DAY)));

    static final UnitScale SIZE = new UnitScale(
            "size",
            "a whole number with B, KiB, MiB or GiB, as \"64KiB\"",
            List.of(BYTE, KIBIBYTE, MEBIBYTE, GIBIBYTE),
            BYTE,
            Map.ofEntries(
                    Map.entry("byte", BYTE),
                    Map.entry("k", KIBIBYTE),
                    Map.entry("kb", KIBIBYTE),
                    Map.entry("m", MEBIBYTE),
                    Map.entry("mb", MEBIBYTE),
                    Map.entry("g", GIBIBYTE),
                    Map.entry("gb", GIBIBYTE),
                    Map.entry("t", TEBIBYTE),
                    Map.entry("tb", TEBIBYTE),
                    Map.entry("tib", TEBIBYTE)));

    private static final Pattern FORM = Pattern.compile("([0-9]{1,19})([A-Za-z]{1,16})");
    private static final Pattern LOOSE = Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,9})?) ?([A-Za-z]{1,16})");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    /** @param factor how many of the smallest unit */
    record Unit(String name, long factor) {}

    long parse(String text) {
        Matcher form = FORM.matcher(text);
        if (form.matches()) {
            for (Unit unit : units) {
                if (unit.name.equals(form.group(2))) {
                    return counted(form.group(1), unit);
                }
            }
        }
        throw new IllegalArgumentException(refusal(text));
    }

    String format(long value) {
        Unit best = value == 0 ? zero : units.get(0);
        for (Unit unit : units) {
            best = value != 0 && value % unit.factor == 0 ? unit : best;
        }
        return value / best.factor + best.name;
    }

    private long counted(String digits, Unit unit) {
        try {
            return Math.multiplyExact(Long.parseLong(digits), unit.factor);
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException("is a larger " + noun + " than can be counted; lower it", e);
        }
    }

    private String refusal(String text) {
        if (text.startsWith("-")) {
            return "is negative; write " + example;
        }
        if (NUMBER.matcher(text).matches()) {
            return "has no unit; write " + bare(Long.parseLong(text));
        }
        return "is no " + noun
                + guess(text).map(meant -> "; did you mean \"" + meant + "\"?").orElse("; write " + example);
    }

    /** What a number without a unit may mean: bytes; seconds, or milliseconds, which may be whole seconds. */
    private String bare(long number) {
        if (zero.equals(BYTE)) {
            return "\"" + number + "B\", or the number without quotes";
        }
        if (number == 0) {
            return "\"0s\"";
        }
        long seconds = number % SECOND.factor == 0 ? number / SECOND.factor : number;
        return "\"" + seconds + "s\" or \"" + number + "ms\"";
    }

    private Optional<String> guess(String text) {
        Matcher loose = LOOSE.matcher(text);
        Optional<Unit> unit = loose.matches() ? meant(loose.group(2)) : Optional.empty();
        try {
            return unit.map(known -> new BigDecimal(loose.group(1))
                            .multiply(BigDecimal.valueOf(known.factor))
                            .longValueExact())
                    .map(this::format);
        } catch (ArithmeticException fractionOrTooLarge) {
            return Optional.empty();
        }
    }

    private Optional<Unit> meant(String word) {
        String folded = word.toLowerCase(Locale.ROOT);
        Optional<Unit> known = units.stream()
                .filter(unit -> unit.name.toLowerCase(Locale.ROOT).equals(folded))
                .findFirst();
        String singular =
                folded.length() > 2 && folded.endsWith("s") ? folded.substring(0, folded.length() - 1) : folded;
        return known.or(() -> Optional.ofNullable(others.getOrDefault(folded, others.get(singular))));
    }
}

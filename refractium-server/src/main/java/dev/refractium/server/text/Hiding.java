package dev.refractium.server.text;

import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Removes a secret value from a message that may quote it. */
public final class Hiding {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");

    /** Stands for the value until all of it is found: no message has this character. */
    private static final String MARK = "\0";

    /** A shorter word is part of a value only if it is one of its words. */
    private static final int PART = 3;

    private Hiding() {}

    /**
     * Returns the message without the value, as it is or escaped, in upper or lower case.
     *
     * @param shown what stands in its place
     */
    public static String whole(String message, String value, String shown) {
        return marked(message, value).replace(MARK, shown);
    }

    /**
     * Returns the message without the value, and without each word that is part of it: a message may quote a part, or
     * the value in another form.
     *
     * @param shown what stands in its place
     */
    public static String everyWord(String message, String value, String shown) {
        String lower = value.toLowerCase(Locale.ROOT);
        Set<String> words = new TreeSet<>();
        WORD.matcher(lower).results().map(MatchResult::group).forEach(words::add);
        String hidden = WORD.matcher(marked(message, value)).replaceAll(found -> {
            String word = found.group().toLowerCase(Locale.ROOT);
            boolean part = words.contains(word) || (word.length() >= PART && lower.contains(word));
            return part ? MARK : Matcher.quoteReplacement(found.group());
        });
        return hidden.replace(MARK, shown);
    }

    private static String marked(String message, String value) {
        String quoted = Escape.quoted(value);
        Set<String> forms =
                new TreeSet<>(Comparator.comparing(String::length).reversed().thenComparing(Comparator.naturalOrder()));
        forms.add(value);
        forms.add(Escape.text(value, Integer.MAX_VALUE));
        forms.add(quoted.substring(1, quoted.length() - 1));
        String marked = message;
        for (String form : forms) {
            if (!form.isEmpty()) {
                marked = Pattern.compile(Pattern.quote(form), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
                        .matcher(marked)
                        .replaceAll(MARK);
            }
        }
        return marked;
    }
}

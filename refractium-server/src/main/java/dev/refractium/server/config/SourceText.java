package dev.refractium.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlPosition;

/** A file's text, by line and column as in TOML positions: in code points, from 1. Immutable. */
final class SourceText {
    /**
     * How many bytes a configuration may have: 16 MiB, or else a 128th of the heap, in which a reload has room for its routes
     * beside those that they replace.
     */
    static final int LIMIT = (int) Math.min(
            16 << 20, Math.max(128 << 10, wholeBlocks(Runtime.getRuntime().maxMemory() / 128)));

    private static final String TOO_LARGE = "is larger than " + new Size(LIMIT)
            + (LIMIT < (16 << 20)
                    ? ", a 128th of the heap; put names into a map, or give Java a larger heap (-Xmx)"
                    : "");

    private final String text;

    /** Null if each of them is one character: then the text has them, in a fourth of the memory. */
    private final int @Nullable [] codePoints;

    private final int length;
    private final int[] lineStarts;

    SourceText(String text) {
        this.text = text;
        this.length = text.codePointCount(0, text.length());
        this.codePoints = length == text.length() ? null : text.codePoints().toArray();
        this.lineStarts = IntStream.concat(
                        IntStream.of(0),
                        IntStream.range(0, length).filter(i -> at(i) == '\n').map(i -> i + 1))
                .toArray();
    }

    /** Returns the whole text. */
    String text() {
        return text;
    }

    /**
     * Returns the text of a file.
     *
     * @return empty if the file has no text, which has been reported
     * @throws IOException if reading fails though the file should be readable
     */
    static Optional<String> read(Path file, Problems problems) throws IOException {
        if (!Files.exists(file)) {
            return refused(problems, "does not exist; name another file, or write one with \"refractium init\"");
        }
        if (!Files.isRegularFile(file)) {
            return refused(
                    problems,
                    "is a " + (Files.isDirectory(file) ? "directory" : "device or pipe")
                            + "; name a configuration file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return decoded(in.readNBytes(LIMIT + 1), problems);
        } catch (AccessDeniedException e) {
            return refused(problems, "may not be read by this user; change its owner or mode");
        }
    }

    /** Returns a number of bytes rounded down, so that messages have few digits. */
    private static long wholeBlocks(long bytes) {
        return bytes - bytes % (64 << 10);
    }

    int lines() {
        return lineStarts.length;
    }

    String firstLines(int count) {
        int end = count < lineStarts.length ? lineStarts[count] : length;
        return codePoints == null ? text.substring(0, end) : new String(codePoints, 0, end);
    }

    /** Reports characters that TOML would only call unexpected; returns whether there are none. */
    boolean isPlain(Problems problems) {
        if (text.startsWith("\ufeff")) {
            problems.add(TomlPosition.positionAt(1, 1), "file", "begins with a byte order mark; save it without one");
            return false;
        }
        if (text.length() > LIMIT) {
            return refused(problems, TOO_LARGE + "; shorten it").isPresent();
        }
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            problems.add(
                    positionOf(text.codePointCount(0, nul)),
                    "file",
                    "has a NUL byte; this is no text file, or one in UTF-16: save it as UTF-8");
        }
        return nul < 0;
    }

    /** Returns the index of a position, for {@link #at}. */
    int indexOf(TomlPosition position) {
        return lineStarts[position.line() - 1] + position.column() - 1;
    }

    /** Returns the code point at an index; -1 past the end. */
    int at(int index) {
        if (index >= length) {
            return -1;
        }
        return codePoints == null ? text.charAt(index) : codePoints[index];
    }

    private TomlPosition positionOf(int index) {
        int found = Arrays.binarySearch(lineStarts, index);
        int line = found >= 0 ? found : -found - 2;
        return TomlPosition.positionAt(line + 1, index - lineStarts[line] + 1);
    }

    /** Returns the text of bytes; empty if they are no text, or too many, which has been reported. */
    static Optional<String> decoded(byte[] bytes, Problems problems) {
        if (bytes.length > LIMIT) {
            return refused(problems, TOO_LARGE + "; name a configuration file");
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        String text = out.flip().toString();
        if (!result.isError()) {
            return Optional.of(text);
        }
        SourceText before = new SourceText(text);
        problems.add(
                before.positionOf(before.length),
                "file",
                String.format(Locale.ROOT, "byte 0x%02x is not UTF-8 here; save the file as UTF-8", in.get()));
        return Optional.empty();
    }

    private static Optional<String> refused(Problems problems, String message) {
        problems.addForFile(message);
        return Optional.empty();
    }
}

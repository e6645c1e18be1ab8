package dev.refractium.server.config;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.tomlj.TomlPosition;

/**
 * The bytes of a pattern, read from the string as written in the file. To TOML {@code "\xff"} is the character U+00FF,
 * which is two bytes in UTF-8; here it is the byte 0xFF, and the parser's value no longer shows which of the two was
 * written. All other characters and escapes are UTF-8. In a literal string ({@code '…'}) a backslash is a backslash, as
 * in TOML.
 *
 * <p>The parser has already read the string, so it is known to be well-formed and complete.
 */
final class PatternLiteral {
    private final SourceText source;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int next;

    private PatternLiteral(SourceText source, int start) {
        this.source = source;
        next = start;
    }

    /** @param position of the opening quote */
    static byte[] decode(SourceText source, TomlPosition position) {
        return new PatternLiteral(source, source.indexOf(position)).decode();
    }

    /** @param position of the key that the string belongs to */
    static byte[] decodeValue(SourceText source, TomlPosition position) {
        PatternLiteral literal = new PatternLiteral(source, source.indexOf(position));
        literal.skipKey();
        return literal.decode();
    }

    private byte[] decode() {
        int quote = source.at(next);
        boolean multiline = run(quote) >= 3;
        next += multiline ? 3 : 1;
        if (multiline) {
            skipNewline();
        }
        while (source.at(next) >= 0 && !atEnd(quote, multiline)) {
            int codePoint = source.at(next++);
            if (codePoint == '\\' && quote == '"') {
                escape();
            } else {
                character(codePoint);
            }
        }
        return bytes.toByteArray();
    }

    /**
     * Returns whether the closing quotes are next. A run of more than three ends in them; the earlier ones are content.
     */
    private boolean atEnd(int quote, boolean multiline) {
        int run = run(quote);
        return multiline ? run == 3 : run > 0;
    }

    private int run(int quote) {
        int length = 0;
        while (source.at(next + length) == quote) {
            length++;
        }
        return length;
    }

    private void escape() {
        int kind = source.at(next++);
        switch (kind) {
            case 'x' -> bytes.write(hex(2));
            case 'u' -> character(hex(4));
            case 'U' -> character(hex(8));
            case 'b' -> bytes.write('\b');
            case 't' -> bytes.write('\t');
            case 'n' -> bytes.write('\n');
            case 'f' -> bytes.write('\f');
            case 'r' -> bytes.write('\r');
            case 'e' -> bytes.write(0x1b);
            case '"', '\\' -> bytes.write(kind);
            default -> skipWhitespace(); // A backslash at the end of a line.
        }
    }

    private int hex(int digits) {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            value = value << 4 | Character.digit(source.at(next++), 16);
        }
        return value;
    }

    private void character(int codePoint) {
        bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
    }

    private void skipNewline() {
        if (source.at(next) == '\r') {
            next++;
        }
        if (source.at(next) == '\n') {
            next++;
        }
    }

    /** Skips past the equals sign; an equals sign within a quoted key does not count. */
    private void skipKey() {
        int quote = source.at(next);
        if (quote == '"' || quote == '\'') {
            for (next++; source.at(next) != quote; next++) {
                if (source.at(next) == '\\' && quote == '"') {
                    next++;
                }
            }
        }
        while (source.at(next) != '=') {
            next++;
        }
        next++;
        skipWhitespace();
    }

    private void skipWhitespace() {
        while (" \t\r\n".indexOf(source.at(next)) >= 0) {
            next++;
        }
    }
}

package dev.refractium.server.config;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What a check by bytes sends and expects.
 *
 * @param send the bytes, two hexadecimal digits each; in the file it is text, as a prefix is
 * @param sendFile the file that has the bytes
 * @param expect alternatives, of which an answer must fit one; empty: any answer will do
 */
public record HealthExchange(
        @Key("send") Optional<String> send,
        @Key("send_file") Optional<Path> sendFile,
        @Key("expect") List<PatternConfig> expect) {
    /** How many bytes a check may send, and how many of an answer it reads. */
    public static final int MOST_BYTES = 16 << 10;

    private static final HexFormat HEX = HexFormat.of();

    /** @throws InvalidValueException naming the key whose value is refused */
    public HealthExchange {
        expect = List.copyOf(expect);
        if (send.isPresent() && sendFile.isPresent()) {
            throw new InvalidValueException("send_file", "does not go with send; remove one");
        }
        if (send.isPresent() && (send.get().isEmpty() || send.get().length() / 2 > MOST_BYTES)) {
            throw new InvalidValueException(
                    "send", "has " + send.get().length() / 2 + " bytes; write 1 to " + MOST_BYTES);
        }
        for (PatternConfig pattern : expect) {
            if (pattern.end() > MOST_BYTES) {
                throw new InvalidValueException(
                        "expect", "reaches to byte " + pattern.end() + ", and " + MOST_BYTES + " are read; shorten it");
            }
        }
        Keys.requireDistinct("expect", expect);
    }

    /** Returns the form that {@code send} has in this record. */
    public static String digits(byte[] bytes) {
        return HEX.formatHex(bytes);
    }

    /** Returns the bytes of {@code send}; empty if there are none. */
    public byte[] toBytes() {
        return HEX.parseHex(send.orElse(""));
    }

    boolean isEmpty() {
        return send.isEmpty() && sendFile.isEmpty() && expect.isEmpty();
    }
}

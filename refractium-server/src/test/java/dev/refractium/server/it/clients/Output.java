package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

/**
 * The output of a client that has ended.
 *
 * @param command as it was called, for messages
 * @param out its standard output, as bytes since some of it is no text
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Output(String command, int exitCode, byte[] out, String errors) {
    /** Asserts that the client was content. */
    Output succeeded() {
        assertThat(exitCode)
                .as("exit code of %s, which said: %s%s", command, text(), errors)
                .isZero();
        return this;
    }

    /** Standard output without the line's end. */
    String text() {
        return new String(out, StandardCharsets.UTF_8).strip();
    }
}

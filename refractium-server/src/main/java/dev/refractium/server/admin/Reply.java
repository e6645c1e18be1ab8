package dev.refractium.server.admin;

import java.nio.charset.StandardCharsets;

/** An answer, before it is sent. Its body is not changed any more. */
final class Reply {
    final int status;
    final String type;
    final byte[] body;

    Reply(int status, String type, byte[] body) {
        this.status = status;
        this.type = type;
        this.body = body;
    }

    /** Returns a line of plain text. */
    static Reply of(int status, String text) {
        return new Reply(status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    static Reply json(String json) {
        return new Reply(200, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }
}

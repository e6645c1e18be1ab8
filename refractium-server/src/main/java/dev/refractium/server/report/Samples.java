package dev.refractium.server.report;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The first bytes of clients that got no route, which a server keeps for a while if an operator asks for it.
 *
 * @param on whether it keeps them now
 * @param until when that ends by itself; empty while it is off
 * @param newest those that it keeps, at most 100, the newest first; none while it is off
 */
public record Samples(boolean on, Optional<Instant> until, List<Sample> newest) {
    public Samples {
        newest = List.copyOf(newest);
    }

    /**
     * A client.
     *
     * @param time when it got no route
     * @param listener the name of the one that it came to
     * @param reason why it got none, as the log has it, such as {@code unmatched}
     * @param bytes the first 32 that it has sent; what is no visible ASCII character is written as {@code \xHH}
     */
    public record Sample(Instant time, String listener, String transport, String reason, String bytes) {}
}

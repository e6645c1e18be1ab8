package dev.refractium.server.udp;

import dev.refractium.server.udp.FlowOrder.Standing;

/** What has moved between the two ends of a flow, and when, in milliseconds of the loop's clock. Loop thread only. */
final class Exchange {
    /** A and AAAA by one socket, as the C library's resolver asks, are two questions. */
    private static final int MOST_QUESTIONS = 2;

    private final long beganAt;
    private long movedAt;
    private long answeredAt;
    private long asked;
    private long answers;
    private long bytes;
    private Standing standing = Standing.UNANSWERED;

    Exchange(long now) {
        beganAt = now;
        movedAt = now;
        answeredAt = now;
    }

    /** Notes a datagram of the client. */
    void asked(int length, long now) {
        asked++;
        moved(length, now);
    }

    /** Notes a datagram of the backend. */
    void answered(int length, long now) {
        answers++;
        answeredAt = now;
        moved(length, now);
    }

    long beganAt() {
        return beganAt;
    }

    /** When a datagram moved last. */
    long movedAt() {
        return movedAt;
    }

    /** When the backend answered last; when the flow began, if it never did. */
    long answeredAt() {
        return answeredAt;
    }

    /** How many datagrams the client has sent. */
    long asked() {
        return asked;
    }

    /** Returns whether the backend has ever answered. */
    boolean isAnswered() {
        return answers > 0;
    }

    /** Returns whether there have been as many answers as questions. */
    boolean isEven() {
        return answers == asked;
    }

    /**
     * Returns whether each datagram of the client has had its answers.
     *
     * @param responses how many those are; 0: never enough
     */
    boolean isComplete(int responses) {
        return responses > 0 && answers >= responses * asked;
    }

    /** How many bytes have moved both ways together. */
    long bytes() {
        return bytes;
    }

    /** How far the exchange has come. */
    Standing standing() {
        return standing;
    }

    private void moved(int length, long now) {
        movedAt = now;
        bytes += length;
        if (answers == 0) {
            standing = Standing.UNANSWERED;
        } else {
            standing = isEven() && asked <= MOST_QUESTIONS ? Standing.SETTLED : Standing.IN_USE;
        }
    }
}

package dev.refractium.server.udp;

import dev.refractium.server.udp.FlowOrder.Standing;

/** Counts and times of the datagrams of a flow, in milliseconds of the loop's clock. Loop thread only. */
final class Exchange {
    /** The C library's resolver asks for A and AAAA from one socket. */
    private static final int MOST_QUESTIONS = 2;

    private final long beganAt;
    private long movedAt;
    private long answeredAt;
    private long asked;
    private long answers;
    private long fromClient;
    private long fromBackend;
    private Standing standing = Standing.UNANSWERED;

    Exchange(long now) {
        beganAt = now;
        movedAt = now;
        answeredAt = now;
    }

    /** Notes a datagram of the client. */
    void asked(int length, long now) {
        asked++;
        fromClient += length;
        moved(now);
    }

    /** Notes a datagram of the backend. */
    void answered(int length, long now) {
        answers++;
        answeredAt = now;
        fromBackend += length;
        moved(now);
    }

    long beganAt() {
        return beganAt;
    }

    /** Returns when a datagram moved last. */
    long movedAt() {
        return movedAt;
    }

    /** Returns when the backend answered last; when the flow began, if it never has. */
    long answeredAt() {
        return answeredAt;
    }

    /** Returns how many datagrams the client has sent. */
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
     * @param responses the number of answers to each; 0: never complete
     */
    boolean isComplete(int responses) {
        return responses > 0 && answers >= responses * asked;
    }

    /** Returns how many bytes the client has sent; to another thread, a moment ago. */
    long fromClient() {
        return fromClient;
    }

    /** Returns how many bytes the backend has sent; to another thread, a moment ago. */
    long fromBackend() {
        return fromBackend;
    }

    /** Returns how far the exchange has come. */
    Standing standing() {
        return standing;
    }

    private void moved(long now) {
        movedAt = now;
        if (answers == 0) {
            standing = Standing.UNANSWERED;
        } else {
            standing = isEven() && asked <= MOST_QUESTIONS ? Standing.SETTLED : Standing.IN_USE;
        }
    }
}

package dev.refractium.server.it.support;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** A UDP protocol that gives every datagram the same answer, and counts how often it was asked. Any thread. */
public final class CountingProtocol implements Protocol {
    private final Identification answer;
    private final AtomicInteger asked = new AtomicInteger();

    public CountingProtocol(Identification answer) {
        this.answer = answer;
    }

    /** Returns how often it was asked so far. */
    public int asked() {
        return asked.get();
    }

    @Override
    public String name() {
        return "counting";
    }

    @Override
    public Set<Transport> transports() {
        return Set.of(Transport.UDP);
    }

    /** It may ask for a second datagram. */
    @Override
    public int datagrams() {
        return 2;
    }

    @Override
    public Identification identify(Peek peek) {
        asked.incrementAndGet();
        return answer;
    }
}

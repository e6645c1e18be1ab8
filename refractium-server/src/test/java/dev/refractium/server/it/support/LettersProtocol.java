package dev.refractium.server.it.support;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import java.util.Set;

/** UDP clients whose first datagrams begin with A, B and C: it needs to see three of them. */
public final class LettersProtocol implements Protocol {
    private static final int DATAGRAMS = 3;

    @Override
    public String name() {
        return "letters";
    }

    @Override
    public Set<Transport> transports() {
        return Set.of(Transport.UDP);
    }

    @Override
    public int datagrams() {
        return DATAGRAMS;
    }

    @Override
    public Identification identify(Peek peek) {
        int from = 0;
        for (int i = 0; i < peek.datagrams(); i++) {
            int end = peek.datagramEnd(i);
            if (from == end || peek.byteAt(from) != 'A' + i) {
                return Identification.noMatch();
            }
            from = end;
        }
        return peek.datagrams() == DATAGRAMS ? Identification.match() : Identification.needMore(peek.length() + 1);
    }
}

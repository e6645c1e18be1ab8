package dev.refractium.server.tcp;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.hook.Opening;
import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.session.End;
import dev.refractium.server.socket.Side;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Connections that ended before they had a route, as hooks see them that ask for such. */
final class Refused {
    /** What a socket is at that does not say. */
    private static final InetSocketAddress NOWHERE = new InetSocketAddress(0);

    private Refused() {}

    /**
     * Shows a connection to the hooks of {@code generation}; to be asked for only where they want it.
     *
     * @param client not ended yet
     * @param began by {@link System#nanoTime}
     * @param known how the client was recognised; null if it was not read
     */
    static void show(
            Generation generation,
            End why,
            long id,
            Side client,
            InetSocketAddress from,
            long began,
            @Nullable Inquiry known) {
        InetSocketAddress local = client.local();
        Inquiry inquiry = known == null ? new Inquiry() : known;
        Opening opening = new Opening(
                String.valueOf(id),
                Transport.TCP,
                from,
                local == null ? NOWHERE : local,
                inquiry.protocol(),
                inquiry.answer().attributes(),
                "",
                inquiry.answer().reason(),
                began);
        generation.refusals().add(opening, why.label());
    }
}

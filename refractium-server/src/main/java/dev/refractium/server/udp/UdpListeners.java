package dev.refractium.server.udp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Binds UDP. A socket that is bound to all addresses answers from whichever the kernel prefers, and clients drop answers
 * from an address that they did not ask; so a wildcard gets a socket for each local address, and itself for the rest.
 */
public final class UdpListeners {
    private UdpListeners() {}

    /**
     * Binds {@code address}; port 0 takes any free one, the same for every socket. A socket of {@code open} that has one
     * of the addresses is used again, with its flows; those of this call begin with {@link UdpListener#start}.
     *
     * @param open listeners of this server that are open, whether they serve or retire
     * @throws IOException if it cannot be bound; nothing has changed
     */
    public static List<UdpListener> bind(InetSocketAddress address, List<UdpListener> open, UdpShared shared)
            throws IOException {
        List<UdpListener> beside = open.stream()
                .filter(listener -> listener.address().getPort() == address.getPort())
                .toList();
        UdpBinding binding = new UdpBinding(shared, beside);
        try {
            // The wildcard first and exclusively: so a port that another program has is noticed.
            binding.add(address);
            if (address.getAddress().isAnyLocalAddress()) {
                binding.addLocal();
            }
            return binding.done();
        } catch (IOException | RuntimeException | Error e) {
            binding.undo();
            throw e;
        }
    }
}

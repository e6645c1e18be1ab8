package dev.refractium.server.engine;

import dev.refractium.api.Transport;
import dev.refractium.server.net.IoFailure;
import dev.refractium.server.net.PortOwner;
import dev.refractium.server.text.Addresses;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.FileFailure;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.FileSystemException;

/** Explains why an address cannot be bound, and what to do about it. */
final class BindFailure {
    private static final String IN_USE = "already in use";

    private static final int LONGEST_NAME = 64;

    /** Only of an abstract name: a file that is there is found before. */
    private static final String NAME_TAKEN =
            "the name is taken, by another program or a listener of this server; name another";

    private BindFailure() {}

    /** Returns the exception to throw. */
    static EnvironmentException on(Transport transport, SocketAddress where, Exception e) {
        if (!(where instanceof InetSocketAddress address)) {
            String why = reason(e);
            return new EnvironmentException(
                    "cannot listen on " + Addresses.text(where) + ": " + (why.contains(IN_USE) ? NAME_TAKEN : why), e);
        }
        return new EnvironmentException(
                "cannot listen on " + address.getAddress().getHostAddress() + " port " + address.getPort() + ", "
                        + transport + ": " + reason(IoFailure.text(e), transport, address.getPort()),
                e);
    }

    /** Returns why a Unix socket could not be bound or put in its place. */
    static String reason(Exception e) {
        return e instanceof FileSystemException file ? FileFailure.of(file) : IoFailure.text(e);
    }

    private static String reason(String said, Transport transport, int port) {
        if (said.contains(IN_USE)) {
            // The name is another program's choice.
            return PortOwner.of(transport, port)
                    .map(owner -> "the port is taken by process " + Escape.text(owner, LONGEST_NAME)
                            + "; end it, or name another port")
                    .orElse("the port is taken; end the program that has it, or name another port");
        }
        if (said.contains("assign requested address")) {
            return "no interface of this machine has this address; name one that it has, or 0.0.0.0 or :: for all";
        }
        if (said.contains("ermission denied")) {
            return "this user may not; name a port from 1024 on, or give the server the right (CAP_NET_BIND_SERVICE)";
        }
        if (said.contains("such device")) {
            return "there is no interface of this name; name one that this machine has, or remove the key";
        }
        return said;
    }
}

package dev.refractium.server.engine;

import dev.refractium.api.Transport;
import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/** Explains why an address cannot be bound, and what to do about it. */
final class BindFailure {
    /** The prefix that Netty puts before the system's message. */
    private static final Pattern CALL = Pattern.compile("^\\w+\\(\\.\\.\\) failed( with error\\(-?\\d+\\))?: ");

    private BindFailure() {}

    /** Returns the exception to throw. */
    static EnvironmentException on(Transport transport, InetSocketAddress address, Exception e) {
        return new EnvironmentException(
                "cannot listen on " + address.getAddress().getHostAddress() + " port " + address.getPort() + ", "
                        + transport + ": " + reason(e.getMessage() == null ? e.toString() : e.getMessage()),
                e);
    }

    private static String reason(String said) {
        if (said.contains("already in use")) {
            return "the port is taken; end the program that has it, or name another port";
        }
        if (said.contains("assign requested address")) {
            return "no interface of this machine has this address; name one that it has, or 0.0.0.0 or :: for all";
        }
        if (said.contains("ermission denied")) {
            return "this user may not; name a port from 1024 on, or give the server the right (CAP_NET_BIND_SERVICE)";
        }
        return CALL.matcher(said).replaceFirst("");
    }
}

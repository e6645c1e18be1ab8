package dev.refractium.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a listener listens: every port on every address, or a Unix socket.
 *
 * @param bind IP literals without brackets, or "localhost"; empty: "0.0.0.0", or nowhere if there is a Unix socket
 * @param port empty if there is a Unix socket
 */
public record ListenerAddress(
        @Key("bind") List<String> bind, @Key("port") Optional<PortRange> port, UnixSocket unix) {
    private static final List<String> EVERYWHERE = List.of("0.0.0.0");

    /** @throws InvalidValueException naming the key whose value is refused */
    public ListenerAddress {
        if (unix.path().isPresent()) {
            if (!bind.isEmpty() || port.isPresent()) {
                throw new InvalidValueException(
                        "path", "stands beside " + (port.isPresent() ? "port" : "bind") + "; give each a listener");
            }
            bind = List.of();
        } else {
            if (port.isEmpty()) {
                throw new InvalidValueException("port", "is missing");
            }
            bind = bind.isEmpty() ? EVERYWHERE : List.copyOf(bind);
        }
        bind.forEach(ServerListener::checkBind);
        Keys.requireDistinct("bind", bind);
    }

    /** Creates one of addresses and ports. */
    public ListenerAddress(List<String> bind, PortRange port) {
        this(bind, Optional.of(port), UnixSocket.NONE);
    }

    /** Returns the addresses with their ports, or the Unix socket, as a table prints them. */
    public List<String> texts() {
        List<String> texts = new ArrayList<>();
        unix.address().ifPresent(address -> texts.add("unix:" + address));
        for (String address : bind) {
            String host = address.indexOf(':') < 0 ? address : "[" + address + "]";
            port.ifPresent(range -> texts.add(host + ":" + range));
        }
        return texts;
    }

    /** Returns the first of its places where {@code other} listens too, as text. */
    Optional<String> sharedWith(ListenerAddress other) {
        if (unix.path().isPresent()) {
            return unix.address().equals(other.unix.address()) ? Optional.of(texts().get(0)) : Optional.empty();
        }
        return bind.stream()
                .filter(other.bind::contains)
                .findFirst()
                .flatMap(address -> port.flatMap(own -> other.port.flatMap(own::sharedWith))
                        .map(shared -> new ListenerAddress(List.of(address), PortRange.of(shared))
                                .texts()
                                .get(0)));
    }
}

package dev.refractium.server.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a listener listens: every port on every address.
 *
 * @param bind IP literals without brackets, or "localhost"; empty: "0.0.0.0"
 */
public record ListenerAddress(
        @Key("bind") List<String> bind,
        @Key(value = "port", initial = Key.REQUIRED) PortRange port) {
    private static final List<String> EVERYWHERE = List.of("0.0.0.0");

    /** @throws InvalidValueException naming the key whose value is refused */
    public ListenerAddress {
        bind = bind.isEmpty() ? EVERYWHERE : List.copyOf(bind);
        bind.forEach(ServerListener::checkBind);
        Keys.requireDistinct("bind", bind);
    }

    /** Returns the addresses with their ports, as a table prints them. */
    public List<String> texts() {
        List<String> texts = new ArrayList<>();
        bind.forEach(address -> texts.add((address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port));
        return texts;
    }
}

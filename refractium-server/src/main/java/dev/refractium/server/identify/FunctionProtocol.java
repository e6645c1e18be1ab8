package dev.refractium.server.identify;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import java.util.function.Function;

/** A protocol of this program that is a single function and sets no attributes. */
public record FunctionProtocol(String name, Function<Peek, Identification> function) implements Protocol {
    @Override
    public Identification identify(Peek peek) {
        return function.apply(peek);
    }
}

package com.example.greeting;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Peek;
import java.nio.charset.StandardCharsets;

/** Greets a server, and awaits its {@code HELLO}. A server that is overloaded answers {@code BUSY}. One probe, one thread. */
final class GreetingHealthCheck implements HealthCheck {
    private static final byte[] HELLO = "HELLO ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BUSY = "BUSY\n".getBytes(StandardCharsets.US_ASCII);

    private final String name;

    GreetingHealthCheck(String name) {
        this.name = name;
    }

    @Override
    public byte[] opening() {
        return ("GREET " + name + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public Verdict judge(Peek answer) {
        Peek.Fit hello = answer.startsWith(HELLO, 0);
        Peek.Fit busy = answer.startsWith(BUSY, 0);
        if (hello == Peek.Fit.YES) {
            return Verdict.ALIVE;
        }
        if (busy == Peek.Fit.YES) {
            return Verdict.FAILING;
        }
        return hello == Peek.Fit.NO && busy == Peek.Fit.NO ? Verdict.FOREIGN : Verdict.NEED_MORE;
    }
}

package dev.refractium.server.generation;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Transport;
import dev.refractium.server.config.HealthExchange;
import dev.refractium.server.identify.PatternProtocol;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A check by the bytes that the configuration has. Immutable; any thread. */
final class ConfiguredCheck implements HealthCheck {
    private final byte[] send;

    /** Empty: any answer will do. */
    private final Optional<PatternProtocol> expected;

    private ConfiguredCheck(byte[] send, Optional<PatternProtocol> expected) {
        this.send = send;
        this.expected = expected;
    }

    /** Gives the same check for all probes. */
    static final class Maker implements Supplier<HealthCheck> {
        private final ConfiguredCheck check;

        /** @param files the content of each file that may be sent */
        Maker(HealthExchange exchange, Map<Path, byte[]> files) {
            byte[] send = exchange.sendFile()
                    .map(file -> files.getOrDefault(file, new byte[0]))
                    .orElseGet(exchange::toBytes);
            List<PatternProtocol.Pattern> patterns =
                    exchange.expect().stream().map(RouteResolver::compiled).toList();
            check = new ConfiguredCheck(
                    send,
                    patterns.isEmpty()
                            ? Optional.empty()
                            : Optional.of(new PatternProtocol("expected", patterns, Set.of(Transport.values()))));
        }

        @Override
        public HealthCheck get() {
            return check;
        }
    }

    @Override
    public byte[] opening() {
        return send.clone();
    }

    @Override
    public Verdict judge(Peek answer) {
        if (answer.length() == 0) {
            return Verdict.NEED_MORE;
        }
        Identification.Verdict fit =
                expected.map(patterns -> patterns.identify(answer).verdict()).orElse(Identification.Verdict.MATCH);
        return switch (fit) {
            case NO_MATCH -> Verdict.FOREIGN;
            case NEED_MORE -> Verdict.NEED_MORE;
            case RECOGNISED, MATCH, UNREADABLE -> Verdict.ALIVE;
        };
    }
}

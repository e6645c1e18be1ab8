package dev.refractium.server.control;

import dev.refractium.api.Units;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Whether to keep the first bytes of clients that get no route.
 *
 * @param time for how long from now on; zero: not any longer
 */
public record SamplesRequest(Duration time) {
    /** The longest time that is accepted. */
    public static final Duration MOST = Duration.ofHours(24);

    private static final String FOR = "for_ms";

    /** @throws IllegalArgumentException with what is wrong */
    public SamplesRequest {
        if (time.isNegative() || time.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(
                    "for " + Units.format(time) + " is out of range; use 0s, which is off, to " + Units.format(MOST));
        }
    }

    /** Returns the request as the process of this number sends it. */
    String line(long process) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put(Exchange.PROCESS, process);
        arguments.put(FOR, time.toMillis());
        return "samples " + Json.of(arguments);
    }

    /**
     * Makes the request of these arguments.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    static SamplesRequest of(Arguments arguments) {
        arguments.requireKnown(Set.of(Exchange.PROCESS, FOR));
        return new SamplesRequest(arguments
                .number(FOR)
                .map(Duration::ofMillis)
                .orElseThrow(() -> new IllegalArgumentException(
                        "the argument \"" + FOR + "\" is missing; 0 switches samples off")));
    }
}

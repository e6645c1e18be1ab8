package dev.refractium.server.cli;

import dev.refractium.server.control.Inherited;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets that systemd has opened for this process, or another program that speaks as it does: descriptors from 3 on,
 * as sd_listen_fds(3) describes.
 */
final class Activation {
    private static final Logger log = LoggerFactory.getLogger(Activation.class);
    private static final int FIRST = 3;
    private static final int MOST = 1_000;

    private Activation() {}

    /** Returns them; nothing if the variables are not there, or are another process's. */
    static Inherited of(Map<String, String> environment, long pid) {
        Optional<Integer> count =
                Optional.ofNullable(environment.get("LISTEN_FDS")).flatMap(Activation::number);
        if (count.isEmpty() || count.get() < 1 || count.get() > MOST) {
            return Inherited.NOTHING;
        }
        if (!String.valueOf(pid).equals(environment.get("LISTEN_PID"))) {
            log.info("LISTEN_FDS is passed over: LISTEN_PID names another process");
            return Inherited.NOTHING;
        }
        log.info("sockets passed by the service manager count={}", count.get());
        List<Integer> descriptors =
                IntStream.range(FIRST, FIRST + count.get()).boxed().toList();
        return new Inherited(descriptors, List.of());
    }

    private static Optional<Integer> number(String text) {
        try {
            return Optional.of(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}

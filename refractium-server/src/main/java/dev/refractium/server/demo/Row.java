package dev.refractium.server.demo;

import java.time.Duration;
import java.util.Optional;

/**
 * What became of one client.
 *
 * @param sent what it sent
 * @param recognised the route whose backend answered, as the proxy's routing table has it; empty if none did
 * @param backend the name that stood in the answer
 * @param address where that backend listens
 * @param took from before the connect until the whole answer was there, or was given up
 * @param wrong what is not as it should be; empty if all is
 */
public record Row(
        String sent,
        Optional<String> recognised,
        Optional<String> backend,
        Optional<String> address,
        Duration took,
        Optional<String> wrong) {}

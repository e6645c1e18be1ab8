package dev.refractium.server.control;

import dev.refractium.server.net.DescriptorChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The passing on of a server's listening sockets to the process that is to serve in its place. Both processes have the
 * sockets for a while, so no client is refused; until the other says that it serves, nothing has changed here. On a thread
 * of its own.
 */
final class HandOver implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(HandOver.class);
    private static final Duration COMES_WITHIN = Duration.ofSeconds(10);
    private static final Duration SERVES_WITHIN = Duration.ofMinutes(2);

    private final DescriptorChannel.Door door;
    private final Inherited passed;
    private final Administration administration;

    private HandOver(DescriptorChannel.Door door, Inherited passed, Administration administration) {
        this.door = door;
        this.passed = passed;
        this.administration = administration;
    }

    /** Offers the sockets, and returns what the client is answered: where they are to be had, and how many there are. */
    static Map<String, Object> offer(Administration administration) throws RequestRefusedException {
        Inherited passed = administration.offer();
        try {
            HandOver handOver = new HandOver(DescriptorChannel.Door.open(), passed, administration);
            Thread thread = new Thread(handOver, "refractium-hand-over");
            thread.setDaemon(true);
            thread.start();
            List<String> files = passed.files().stream().map(Path::toString).toList();
            return Map.of(
                    "socket",
                    handOver.door.name(),
                    "descriptors",
                    passed.descriptors().size(),
                    "files",
                    files);
        } catch (IOException e) {
            throw new RequestRefusedException("the sockets cannot be passed on: " + e.getMessage());
        }
    }

    @Override
    public void run() {
        try (door;
                DescriptorChannel other = door.accept(COMES_WITHIN)) {
            for (int descriptor : passed.descriptors()) {
                other.send(descriptor);
            }
            log.info(
                    "sockets passed on to another process sockets={}",
                    passed.descriptors().size());
            if (other.awaitWord(SERVES_WITHIN)) {
                log.info("another process serves in this one's place");
                // The other waits for the end of the connection before it takes what both cannot have.
                administration.release();
            } else {
                log.warn("the other process has ended before it served; this one serves on");
            }
        } catch (IOException e) {
            log.warn("the other process has not come to serve; this one serves on reason=\"{}\"", e.getMessage());
        } catch (RuntimeException | Error e) {
            log.error("passing on the sockets failed", e);
        }
    }
}

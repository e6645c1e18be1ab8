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
    private final ListenerOffer offer;

    private HandOver(DescriptorChannel.Door door, ListenerOffer offer) {
        this.door = door;
        this.offer = offer;
    }

    /** Offers the sockets, and returns what the client is answered: where they are to be had, and how many there are. */
    static Map<String, Object> begin(Administration administration) throws RequestRefusedException {
        ListenerOffer offer = administration.offer();
        boolean begun = false;
        try {
            HandOver handOver = new HandOver(DescriptorChannel.Door.open(), offer);
            Thread thread = new Thread(handOver, "refractium-hand-over");
            thread.setDaemon(true);
            thread.start();
            begun = true;
            Inherited passed = offer.passed();
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
        } finally {
            if (!begun) {
                offer.withdraw();
            }
        }
    }

    @Override
    public void run() {
        boolean taken = false;
        try (door;
                DescriptorChannel other = door.accept(COMES_WITHIN)) {
            pass(other);
            if (other.awaitWord(SERVES_WITHIN)) {
                other.tell();
                taken = true;
                log.info("another process serves in this one's place");
                // The other waits for the end of the connection before it takes what both cannot have.
                offer.take();
            } else {
                log.warn("the other process has ended before it served; this one serves on");
            }
        } catch (IOException e) {
            log.warn("the other process has not come to serve; this one serves on reason=\"{}\"", e.getMessage());
        } catch (RuntimeException | Error e) {
            log.error("passing on the sockets failed", e);
        } finally {
            if (!taken) {
                offer.withdraw();
            }
        }
    }

    private void pass(DescriptorChannel other) throws IOException {
        List<Integer> descriptors = offer.passed().descriptors();
        for (int descriptor : descriptors) {
            other.send(descriptor);
        }
        // Else a number may have been that of another socket, which the other process drops as it ends.
        if (!offer.holds()) {
            throw new IOException("a reload has changed the listeners meanwhile");
        }
        log.info("sockets passed on to another process sockets={}", descriptors.size());
    }
}

package dev.refractium.server.control;

import dev.refractium.api.Units;
import dev.refractium.server.metrics.Exposition;
import dev.refractium.server.report.Samples;
import dev.refractium.server.text.Escape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer. The request is a line, at most 4 KiB: a word, and after a space its arguments, a JSON
 * object:
 *
 * <pre>
 * status
 * metrics
 * reload
 * reload {"force":true}
 * close {"after_ms":0,"what":"route","name":"http"}
 * take-over
 * sessions {"route":"http","limit":100,"after":17}
 * measures
 * samples
 * samples {"for_ms":600000}
 * backend {"action":"drain","address":"10.0.0.1:80","pool":"web","for_ms":28800000}
 * </pre>
 *
 * <p>The answer is a line of JSON, an object whose member {@code error} means that nothing was done; then the connection
 * ends. A client has five seconds for its line, and as long to read the answer.
 */
final class Exchange implements Runnable {
    static final int LONGEST = 4096;

    static final String FORCE = "force";

    /** The number of the process that asks, as it says itself. */
    static final String PROCESS = "pid";

    /** The requests that change nothing; {@code samples} only without arguments. */
    private static final List<String> READING = List.of("status", "metrics", "measures", "sessions", "samples");

    private static final Logger log = LoggerFactory.getLogger(Exchange.class);

    private final SocketChannel client;
    private final Administration administration;
    private final boolean readOnly;
    private final Duration patience;

    /**
     * @param client taken over
     * @param readOnly whether only requests are answered that change nothing
     */
    Exchange(SocketChannel client, Administration administration, boolean readOnly, Duration patience) {
        this.client = client;
        this.administration = administration;
        this.readOnly = readOnly;
        this.patience = patience;
    }

    @Override
    public void run() {
        try (client;
                Selector selector = Selector.open()) {
            client.configureBlocking(false);
            SelectionKey key = client.register(selector, SelectionKey.OP_READ);
            ByteBuffer request = ByteBuffer.allocate(LONGEST + 1);
            String answer = answerOnce(read(key, request), request);
            write(key, ByteBuffer.wrap((answer + "\n").getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            log.debug("a control client went away", e);
        } catch (Throwable e) {
            log.warn("a control request failed", e);
        }
    }

    private enum Line {
        WHOLE,
        TOO_LONG,
        TOO_LATE,
        CUT
    }

    private Line read(SelectionKey key, ByteBuffer line) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (await(key, deadline)) {
            int from = line.position();
            if (client.read(line) < 0) {
                return Line.CUT;
            }
            for (int i = from; i < line.position(); i++) {
                if (line.get(i) == '\n') {
                    line.limit(i).position(0);
                    return Line.WHOLE;
                }
            }
            if (!line.hasRemaining()) {
                return Line.TOO_LONG;
            }
        }
        return Line.TOO_LATE;
    }

    private String answerOnce(Line line, ByteBuffer request) {
        return switch (line) {
            case WHOLE ->
                answer(StandardCharsets.UTF_8.decode(request).toString().strip());
            case TOO_LONG -> error("the request is longer than " + LONGEST + " bytes");
            case TOO_LATE -> error("no whole line within " + Units.format(patience));
            case CUT -> error("the request ends before its line does; end it by a line feed");
        };
    }

    private String answer(String request) {
        try {
            String[] words = request.split(" ", 2);
            if (readOnly && changes(words)) {
                return error("this socket only answers what changes nothing: " + String.join(", ", READING)
                        + "; use the one of the key control");
            }
            return switch (words[0]) {
                case "status" -> Json.of(administration.status());
                case "metrics" -> metrics();
                case "measures" -> Json.of(administration.measures());
                case "sessions" ->
                    Json.of(administration.sessions(SessionsRequest.parse(words.length > 1 ? words[1] : "{}")));
                case "samples" -> Json.of(words.length > 1 ? samples(words[1]) : administration.samples());
                case "reload" -> reload(words.length > 1 ? words[1] : "{}");
                case "close" -> close(words.length > 1 ? words[1] : "");
                case "backend" -> order(words.length > 1 ? words[1] : "");
                case "take-over" -> Json.of(HandOver.begin(administration));
                default ->
                    error("unknown request " + Escape.quoted(request) + "; there are " + String.join(", ", READING)
                            + ", reload, close, backend, take-over");
            };
        } catch (RequestRefusedException | IllegalArgumentException e) {
            return error(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            log.warn("a control request failed: {}", Escape.quoted(request), e);
            return error("the server failed to do it; its log says why: "
                    + e.getClass().getSimpleName());
        }
    }

    private static boolean changes(String[] words) {
        return !READING.contains(words[0]) || (words[0].equals("samples") && words.length > 1);
    }

    private String reload(String words) throws RequestRefusedException {
        boolean force = Arguments.parse(words).requireKnown(Set.of(FORCE)).flag(FORCE);
        return Json.of(administration.reload(force));
    }

    private String metrics() {
        Exposition page = Exposition.of(administration.status(), administration.measures(), "");
        String text = new String(page.body(), StandardCharsets.UTF_8);
        return Json.of(Map.of("metrics", text.lines().toList()));
    }

    private String close(String words) throws RequestRefusedException {
        CloseRequest request = CloseRequest.parse(words);
        int sessions = administration.close(request);
        log.info(
                "close asked for {}={} after={} sessions={}",
                request.what(),
                Escape.quoted(request.name()),
                Units.format(request.after()),
                sessions);
        return Json.of(Map.of("sessions", sessions));
    }

    private String order(String text) throws RequestRefusedException {
        Arguments arguments = Arguments.parse(text);
        return Json.of(administration.order(BackendRequest.of(arguments), by(arguments)));
    }

    private Samples samples(String text) {
        Arguments arguments = Arguments.parse(text);
        return administration.sample(SamplesRequest.of(arguments), by(arguments));
    }

    /** Returns the user and the process that sent the request, for the log. */
    private String by(Arguments arguments) {
        Optional<Long> process = arguments.number(PROCESS);
        return "user " + user() + process.map(pid -> ", process " + pid).orElse("");
    }

    /** Returns the user of the client. The system reports the user's name, and not the process. */
    private String user() {
        try {
            return client.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        } catch (IOException | UnsupportedOperationException e) {
            log.debug("user of a control client not known", e);
            return "unknown";
        }
    }

    private void write(SelectionKey key, ByteBuffer answer) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        key.interestOps(SelectionKey.OP_WRITE);
        while (answer.hasRemaining() && await(key, deadline)) {
            client.write(answer);
        }
    }

    /** Returns whether the channel became ready in time. */
    private static boolean await(SelectionKey key, long deadline) throws IOException {
        long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        key.selector().selectedKeys().clear();
        // With 0 the selector would wait for ever.
        return left > 0 && key.selector().select(left) > 0;
    }

    private static String error(String reason) {
        return Json.of("error", reason);
    }
}

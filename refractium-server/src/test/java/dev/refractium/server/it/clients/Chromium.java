package dev.refractium.server.it.clients;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.refractium.server.it.support.Patience;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Debian's Chromium without a window, driven by its DevTools protocol. One thread. */
final class Chromium implements AutoCloseable {
    private static final Pattern ENDPOINT = Pattern.compile("DevTools listening on (ws://[^/]+)(/\\S+)");

    private final Process process;
    private final String origin;
    private final Tab browser;

    private Chromium(Process process, String origin, String path) {
        this.process = process;
        this.origin = origin;
        this.browser = new Tab(URI.create(origin + path));
    }

    /**
     * Starts it.
     *
     * @param profile an empty directory, where it keeps its files
     */
    static Chromium start(Path profile) throws IOException {
        Process process = new ProcessBuilder(
                        Tool.find("chromium").toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--hide-scrollbars",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            Matcher endpoint = ENDPOINT.matcher(line);
            if (endpoint.find()) {
                Thread drain = new Thread(() -> out.lines().forEach(more -> {}), "chromium-output");
                drain.setDaemon(true);
                drain.start();
                return new Chromium(process, endpoint.group(1), endpoint.group(2));
            }
        }
        throw new IOException("Chromium ended without a word");
    }

    /** Opens a page. */
    Tab open(String url) {
        String target = browser.call("Target.createTarget", Map.of("url", "about:blank"))
                .get("targetId")
                .getAsString();
        Tab tab = new Tab(URI.create(origin + "/devtools/page/" + target));
        tab.call("Log.enable", Map.of());
        tab.call("Runtime.enable", Map.of());
        tab.call("Page.navigate", Map.of("url", url));
        return tab;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** A page. */
    static final class Tab implements WebSocket.Listener {
        private final AtomicInteger next = new AtomicInteger();
        private final Map<Integer, CompletableFuture<JsonObject>> asked = new ConcurrentHashMap<>();
        private final StringBuilder part = new StringBuilder();
        private final ConcurrentLinkedQueue<String> complaints = new ConcurrentLinkedQueue<>();
        private final WebSocket socket;

        Tab(URI address) {
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(address, this)
                    .join();
        }

        /** Returns what the page has logged as an error, such as a violation of its policy. */
        List<String> complaints() {
            return List.copyOf(complaints);
        }

        JsonObject call(String method, Map<String, ?> parameters) {
            int id = next.incrementAndGet();
            CompletableFuture<JsonObject> answer = new CompletableFuture<>();
            asked.put(id, answer);
            JsonObject request = new JsonObject();
            request.addProperty("id", id);
            request.addProperty("method", method);
            request.add("params", new Gson().toJsonTree(parameters));
            socket.sendText(request.toString(), true).join();
            return answer.orTimeout(Patience.OF_TESTS.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        }

        /** Returns the value of an expression, once it is there if it is a promise. */
        JsonElement evaluate(String expression) {
            JsonObject answer = call(
                    "Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
            if (answer.has("exceptionDetails")) {
                throw new AssertionError(answer.toString());
            }
            JsonElement value = answer.getAsJsonObject("result").get("value");
            return value == null ? JsonNull.INSTANCE : value;
        }

        /** Has the page drawn for a window of this size, in light or dark colours. */
        void resize(int width, int height, String scheme) {
            call(
                    "Emulation.setDeviceMetricsOverride",
                    Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
            call(
                    "Emulation.setEmulatedMedia",
                    Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        }

        /** Returns the window as PNG. */
        byte[] screenshot() {
            return Base64.getDecoder()
                    .decode(call("Page.captureScreenshot", Map.of("format", "png"))
                            .get("data")
                            .getAsString());
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                JsonObject message = JsonParser.parseString(part.toString()).getAsJsonObject();
                part.setLength(0);
                take(message);
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }

        private void take(JsonObject message) {
            if (message.has("id")) {
                CompletableFuture<JsonObject> answer =
                        Objects.requireNonNull(asked.remove(message.get("id").getAsInt()));
                if (message.has("error")) {
                    answer.completeExceptionally(
                            new IOException(message.get("error").toString()));
                } else {
                    answer.complete(message.getAsJsonObject("result"));
                }
            } else if (isComplaint(message)) {
                complaints.add(message.get("params").toString());
            }
        }

        private static boolean isComplaint(JsonObject event) {
            String method = event.get("method").getAsString();
            return method.equals("Runtime.exceptionThrown")
                    || (method.equals("Log.entryAdded")
                            && event.getAsJsonObject("params")
                                    .getAsJsonObject("entry")
                                    .get("level")
                                    .getAsString()
                                    .equals("error"));
        }
    }
}

package dev.refractium.server.cli;

import com.google.gson.stream.JsonWriter;
import dev.refractium.server.explain.Explainer;
import dev.refractium.server.explain.Explainer.Match;
import dev.refractium.server.explain.Explanation;
import dev.refractium.server.report.Plan;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.Network;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads one flow per line and prints one verdict per line, in the order of the input and without waiting for its end.
 */
final class JsonFlows {
    /** More characters than any attribute of a peek has. */
    private static final int LONGEST = 1 << 16;

    private final Explainer identifying;
    private final Optional<InetAddress> client;
    private final PrintWriter out;
    private final PrintWriter err;

    /** @param client the client of flows that name none, if it is known */
    JsonFlows(Explainer identifying, Optional<InetAddress> client, PrintWriter out, PrintWriter err) {
        this.identifying = identifying;
        this.client = client;
        this.out = out;
        this.err = err;
    }

    /**
     * Answers every line that is not empty. A line that is no flow gets an error instead of a verdict, and the next
     * line is read.
     *
     * @return whether all lines were flows
     */
    boolean run(BufferedReader lines) throws IOException {
        boolean good = true;
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                JsonFlow flow = JsonFlow.parse(line);
                out.write(verdict(flow) + "\n");
            } catch (IllegalArgumentException e) {
                good = false;
                err.println("refractium: line " + number + ": " + Escape.text(String.valueOf(e.getMessage()), 4096));
            }
            if (!lines.ready()) {
                out.flush();
            }
        }
        out.flush();
        return good;
    }

    private String verdict(JsonFlow flow) throws IOException {
        Match finding = identifying.find(flow.bytes());
        Optional<InetAddress> from = flow.client().or(() -> client);
        StringWriter text = new StringWriter();
        JsonWriter json = new JsonWriter(text);
        json.beginObject();
        json.name("id").jsonValue(flow.id());
        json.name("protocol").value(finding.protocol().orElse(null));
        json.name("attributes").beginObject();
        for (Map.Entry<String, List<String>> attribute : new TreeMap<>(finding.attributes()).entrySet()) {
            json.name(attribute.getKey()).beginArray();
            for (String value : attribute.getValue()) {
                json.value(Escape.text(value, LONGEST));
            }
            json.endArray();
        }
        json.endObject();
        json.name("bytes_needed").value(finding.bytesNeeded());
        if (from.isPresent()) {
            json.name("client").value(Network.of(from.get()).toString());
        }
        Optional<Explanation> route = identifying.route(flow.bytes(), from);
        if (route.isPresent()) {
            json.name("route").value(route.get().to().map(Plan.Route::taken).orElse(null));
            json.name("because").value(Escape.text(route.get().reason()));
            if (route.get().mapLine().isPresent()) {
                json.name("map_line").value(Escape.text(route.get().mapLine().get()));
            }
        }
        if (finding.fault().isPresent()) {
            json.name("fault").value(Escape.text(finding.fault().get()));
        }
        json.endObject();
        return Escape.json(text.toString());
    }
}

package dev.refractium.conformance;

import dev.refractium.conformance.http.Heads;
import dev.refractium.conformance.http.Replies;
import dev.refractium.conformance.servers.Servers.Startable;
import dev.refractium.conformance.tls.Flights;
import dev.refractium.conformance.tls.Hellos;
import dev.refractium.plugins.http.HttpProtocol;
import dev.refractium.plugins.tls.TlsProtocol;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One run: the probes of a seed, sent to one server after the other. */
final class Run {
    private final Options options;
    private final Consumer<String> out;

    /** @param out is given a line for each server that is done, skipped or does not start */
    Run(Options options, Consumer<String> out) {
        this.options = options;
        this.out = out;
    }

    /** Sends the heads and returns the table. */
    Table heads(List<Startable> servers) throws Exception {
        List<Probe> probes = Heads.generate(options.seed(), options.heads());
        try (Proxy proxy = new Proxy(new HttpProtocol(), "host")) {
            return table("HTTP/1 heads", new Comparison(probes, proxy, Replies::read), servers);
        }
    }

    /** Sends the hellos and returns the table. */
    Table hellos(List<Startable> servers) throws Exception {
        List<Probe> probes = Hellos.generate(options.seed(), options.hellos());
        try (Proxy proxy = new Proxy(new TlsProtocol(), "sni")) {
            return table("TLS hellos", new Comparison(probes, proxy, Flights::read), servers);
        }
    }

    private Table table(String title, Comparison comparison, List<Startable> servers) throws Exception {
        Table table = new Table(title + ", seed " + options.seed());
        for (Startable startable : servers) {
            if (startable.title().contains(options.only())) {
                ask(startable, comparison, table);
            }
        }
        return table;
    }

    private void ask(Startable startable, Comparison comparison, Table table) throws Exception {
        long begin = System.nanoTime();
        try {
            Optional<Server> started = startable.start().call();
            if (started.isEmpty()) {
                out.accept("skipped: " + startable.title() + " is not installed");
                return;
            }
            try (Server server = started.get()) {
                table.add(comparison.against(server));
            }
            out.accept(startable.title() + ": "
                    + Duration.ofNanos(System.nanoTime() - begin).toSeconds() + " s");
        } catch (IOException e) {
            out.accept("failed: " + e.getMessage());
            table.add(new Tally(startable.title()));
        }
    }
}

package dev.refractium.server.cli;

import dev.refractium.api.Identification;
import dev.refractium.api.Transport;
import dev.refractium.server.explain.Explainer;
import dev.refractium.server.explain.Explainer.ProtocolVerdict;
import dev.refractium.server.explain.Explanation;
import dev.refractium.server.explain.FirstBytes;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Prints the verdict about the first bytes of one session, for people. */
final class Verdicts {
    private final Explainer identifying;
    private final FirstBytes bytes;
    private final Optional<InetAddress> client;

    /** @param client the client's address, if it is known */
    Verdicts(Explainer identifying, FirstBytes bytes, Optional<InetAddress> client) {
        this.client = client;
        this.identifying = identifying;
        this.bytes = bytes;
    }

    void print(PrintWriter out) {
        Table table = new Table().row("PROTOCOL", "VERDICT", "AT BYTE", "DETAIL");
        for (ProtocolVerdict opinion : identifying.opinions(bytes)) {
            table.row(opinion.protocol(), verdict(opinion), place(opinion), detail(opinion));
        }
        table.print(out, "");
        Table result = new Table();
        Explainer.Match finding = identifying.find(bytes);
        result.row("protocol", finding.protocol().orElse("none") + ", at byte " + finding.bytesNeeded());
        identifying.hint(bytes).ifPresent(hint -> result.row("hint", hint));
        Optional<Explanation> route = identifying.route(bytes, client);
        if (route.isEmpty()) {
            result.row("route", "none asked for: name a configuration by -c FILE, or give routes by -f");
        } else {
            result.row("route", route(route.get()));
            route.get().mapLine().ifPresent(line -> result.row("by map", "line " + line));
            result.row(
                    "because", route.get().reason() + ", at byte " + route.get().at());
        }
        result.print(out, "");
    }

    private static String verdict(ProtocolVerdict opinion) {
        return opinion.fault().isPresent()
                ? "fault"
                : opinion.answer().verdict().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String place(ProtocolVerdict opinion) {
        return opinion.at() == 0 ? "-" : String.valueOf(opinion.at());
    }

    private static String detail(ProtocolVerdict opinion) {
        Identification answer = opinion.answer();
        return opinion.fault().orElseGet(() -> switch (answer.verdict()) {
            case NO_MATCH -> "";
            case NEED_MORE ->
                "asks for " + bytes(answer.atLeast())
                        + "; at the end of the wait a no, or incomplete where its routes ask for attributes";
            case RECOGNISED -> "attributes are open; asks for " + bytes(answer.atLeast());
            case MATCH -> attributes(answer);
            case UNREADABLE -> answer.reason();
        });
    }

    private static String bytes(int count) {
        return count == 1 ? "1 byte" : count + " bytes";
    }

    private static String attributes(Identification answer) {
        return new TreeMap<>(answer.attributes())
                .entrySet().stream()
                        .map(attribute -> attribute.getKey() + "=" + String.join("|", attribute.getValue()))
                        .collect(Collectors.joining(" "));
    }

    private String route(Explanation destination) {
        return destination
                .to()
                .map(to -> to.taken() + " to " + String.join(", ", to.backends()))
                .orElse(
                        bytes.transport() == Transport.TCP
                                ? "none: the session is closed"
                                : "none: the datagram is dropped");
    }
}

package dev.refractium.conformance.http;

import dev.refractium.conformance.Oddity;
import java.util.ArrayList;
import java.util.List;

/** Odd request lines: targets, methods, versions and what stands around them. */
final class Targets {
    private Targets() {}

    static List<Oddity<Head>> oddities() {
        List<Oddity<Head>> all = new ArrayList<>();
        for (String target : Values.of("target")) {
            all.add(Oddity.of("target", target, head -> head.target = Values.filled(target, head)));
            all.add(Oddity.of("HTTP/1.0, no host, target", target, head -> {
                head.target = Values.filled(target, head);
                head.hasHost = false;
                head.version = "HTTP/1.0";
            }));
            all.add(Oddity.of("CONNECT", target, head -> {
                head.method = "CONNECT";
                head.target = Values.filled(target, head);
            }));
            all.add(Oddity.of("OPTIONS", target, head -> {
                head.method = "OPTIONS";
                head.target = Values.filled(target, head);
            }));
        }
        for (String method : Values.of("method")) {
            all.add(Oddity.of("method", method, head -> head.method = method));
        }
        for (String space : Values.of("space")) {
            all.add(Oddity.of("before the target", space, head -> head.beforeTarget = space));
            all.add(Oddity.of("before the version", space, head -> head.beforeVersion = space));
        }
        for (String version : Values.of("version")) {
            all.add(Oddity.of("version", version, head -> head.version = version));
        }
        for (String end : Values.of("request line end")) {
            all.add(Oddity.of("request line ends", end, head -> head.lineEnd = end));
        }
        for (String first : Values.of("first")) {
            all.add(Oddity.of("first", first, head -> head.first = first));
        }
        return all;
    }
}

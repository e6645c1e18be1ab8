package dev.refractium.conformance.http;

import dev.refractium.conformance.Oddity;
import java.util.ArrayList;
import java.util.List;

/** Odd Host lines: values, spellings of the name, what stands between the two, and ends. */
final class Hosts {
    private Hosts() {}

    static List<Oddity<Head>> oddities() {
        List<Oddity<Head>> all = new ArrayList<>(whole());
        for (String value : Values.of("host")) {
            all.add(Oddity.of("host", value, head -> head.host = Values.filled(value, head)));
        }
        for (String name : Values.of("name")) {
            all.add(Oddity.of("host line as", name, head -> head.hostName = name));
            all.add(Oddity.of("another before, as", name, head -> head.before.add(line(name, ": ", head.other))));
            all.add(Oddity.of("another after, as", name, head -> head.after.add(0, line(name, ": ", head.other))));
        }
        for (String colon : Values.of("colon")) {
            all.add(Oddity.of("colon", colon, head -> head.colon = colon));
            all.add(Oddity.of(
                    "another before, colon", colon, head -> head.before.add(line("Host", colon, head.other))));
            all.add(Oddity.of("another after, colon", colon, head -> head.after.add(line("Host", colon, head.other))));
        }
        for (String end : Values.of("host end")) {
            all.add(Oddity.of("host line ends", end, head -> head.hostEnd = end));
            all.add(Oddity.of("another before, ends", end, head -> head.before.add("Host: " + head.other + end)));
        }
        return all;
    }

    private static List<Oddity<Head>> whole() {
        return List.of(
                new Oddity<>("no host", head -> head.hasHost = false),
                new Oddity<>("host twice", head -> head.after.add(line("Host", ": ", head.name))),
                new Oddity<>("another host before", head -> head.before.add(line("Host", ": ", head.other))),
                new Oddity<>("another host after", head -> head.after.add(line("Host", ": ", head.other))),
                new Oddity<>("an empty host before", head -> head.before.add("Host:\r\n")),
                new Oddity<>("an empty host after", head -> head.after.add("Host:\r\n")),
                new Oddity<>("host last", head -> {
                    head.before.addAll(head.after);
                    head.after.clear();
                }));
    }

    private static String line(String name, String colon, String value) {
        return name + colon + value + "\r\n";
    }
}

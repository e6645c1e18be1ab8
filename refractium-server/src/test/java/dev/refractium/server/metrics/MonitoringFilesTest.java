package dev.refractium.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.refractium.server.session.EndReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The alert rules and the dashboard beside docs/metrics.md, which {@link MetricsIT} compares with a scrape, and beside
 * docs/alerts.md.
 */
class MonitoringFilesTest {
    private static final Path MONITORING = Path.of("..", "dist", "src", "main", "dist", "monitoring");
    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern ROW = Pattern.compile("\\| `(refractium_\\w+)` \\| (\\w+) \\| ([^|]*) \\|.*");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
    private static final Pattern RUNBOOK = Pattern.compile("runbook_url: \"docs/alerts.md#(\\w+)\"");
    private static final Pattern METRIC = Pattern.compile("(refractium_\\w+)(?:\\{([^}]*)\\})?");
    private static final Pattern SELECTED = Pattern.compile("(\\w+)(=~|!~|!=|=)\"([^\"]*)\"");
    private static final Pattern GROUPED = Pattern.compile("(?:by|without) \\(([^)]*)\\)");
    private static final Pattern SHOWN = Pattern.compile("\\{\\{ ?(?:\\$labels\\.)?(\\w+) ?\\}\\}");

    /** Labels that Prometheus adds, or that make a histogram. */
    private static final Set<String> ADDED = Set.of("instance", "le");

    @Test
    void everyMetricOfTheRulesAndTheDashboardIsListedWithItsLabels() throws IOException {
        Map<String, Set<String>> listed = listed();
        List<String> expressions =
                new ArrayList<>(read("refractium-alerts.yml").lines().toList());
        targets().forEach(target -> expressions.add(target.get("expr").getAsString()));

        int found = 0;
        for (String expression : expressions) {
            for (Matcher metric = METRIC.matcher(expression); metric.find(); found++) {
                Set<String> labels = listed.get(metric.group(1));
                assertThat(labels).as(metric.group()).isNotNull();
                String selectors = metric.group(2) == null ? "" : metric.group(2);
                for (Matcher selector = SELECTED.matcher(selectors); selector.find(); ) {
                    assertThat(labels).as(metric.group()).contains(selector.group(1));
                }
            }
        }
        assertThat(found).isGreaterThan(70);
    }

    @Test
    void everyLabelByWhichTheyGroupOrThatTheyShowIsThatOfTheirMetric() throws IOException {
        Map<String, Set<String>> listed = listed();
        Map<String, String> users = new HashMap<>();
        Stream.of(read("refractium-alerts.yml").split("- alert: "))
                .skip(1)
                .forEach(rule -> users.put(rule.lines().findFirst().orElse(""), rule));
        targets().forEach(target -> users.put(target.get("expr").getAsString(), target.toString()));

        users.forEach((name, text) -> {
            Set<String> labels = METRIC.matcher(text)
                    .results()
                    .flatMap(metric -> listed.getOrDefault(metric.group(1), Set.of()).stream())
                    .collect(Collectors.toSet());
            Stream<String> grouped = GROUPED.matcher(text)
                    .results()
                    .flatMap(by -> Stream.of(by.group(1).split(", ")));
            Stream<String> shown = SHOWN.matcher(text).results().map(label -> label.group(1));
            assertThat(Stream.concat(grouped, shown))
                    .as(name)
                    .allSatisfy(label -> assertThat(labels).contains(label));
        });
    }

    @Test
    void everyReasonThatTheySelectIsThatOfAnEnd() throws IOException {
        Set<String> reasons =
                Stream.of(EndReason.values()).map(EndReason::label).collect(Collectors.toSet());

        for (String file : List.of("refractium-alerts.yml", "refractium-dashboard.json")) {
            for (Matcher selector = SELECTED.matcher(read(file).replace("\\\"", "\"")); selector.find(); ) {
                if (selector.group(1).equals("reason")) {
                    assertThat(selector.group(3).split("\\|"))
                            .as(file)
                            .allSatisfy(one -> assertThat(reasons).anyMatch(reason -> reason.matches(one)));
                }
            }
        }
        assertThat(read("refractium-alerts.yml"))
                .as("all limits are watched")
                .contains("over-.*")
                .contains(Stream.of(EndReason.values())
                        .filter(reason ->
                                !reason.limit().isEmpty() && !reason.label().startsWith("over-"))
                        .map(EndReason::label)
                        .toList());
    }

    @Test
    void everyAlertHasItsSectionAndItsCase() throws IOException {
        String rules = read("refractium-alerts.yml");
        List<String> alerts = all(ALERT, rules);
        String cases = Files.readString(Path.of("src", "test", "resources", "monitoring", "alerts-test.yml"));

        assertThat(all(Pattern.compile("(?m)^## (\\w+)$"), Files.readString(DOCS.resolve("alerts.md"))))
                .containsExactlyInAnyOrderElementsOf(alerts);
        assertThat(all(RUNBOOK, rules))
                .containsExactlyElementsOf(alerts.stream()
                        .map(alert -> alert.toLowerCase(Locale.ROOT))
                        .toList());
        assertThat(new TreeSet<>(all(Pattern.compile("alertname: (\\w+)"), cases)))
                .hasSameElementsAs(alerts);
    }

    /** Grafana drops a panel whose number another has, and moves one that lies on another. */
    @Test
    void panelsHaveNumbersAndPlacesOfTheirOwn() throws IOException {
        Set<Integer> numbers = new TreeSet<>();
        Set<String> places = new TreeSet<>();
        for (JsonElement each : panels()) {
            JsonObject panel = each.getAsJsonObject();
            JsonObject place = panel.getAsJsonObject("gridPos");

            assertThat(numbers.add(panel.get("id").getAsInt()))
                    .as(panel.get("title").getAsString())
                    .isTrue();
            for (int x = place.get("x").getAsInt();
                    x < place.get("x").getAsInt() + place.get("w").getAsInt();
                    x++) {
                for (int y = place.get("y").getAsInt();
                        y < place.get("y").getAsInt() + place.get("h").getAsInt();
                        y++) {
                    assertThat(x).isLessThan(24);
                    assertThat(places.add(x + "," + y))
                            .as(panel.get("title").getAsString())
                            .isTrue();
                }
            }
        }
    }

    /** Returns the labels of each series that docs/metrics.md lists. */
    private static Map<String, Set<String>> listed() throws IOException {
        Map<String, Set<String>> listed = new HashMap<>();
        for (String line : Files.readAllLines(DOCS.resolve("metrics.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                Set<String> labels =
                        new TreeSet<>(List.of(row.group(3).replace("`", "").split("[, ]+")));
                labels.addAll(ADDED);
                List<String> endings =
                        row.group(2).equals("histogram") ? List.of("_bucket", "_count", "_sum") : List.of("");
                endings.forEach(ending -> listed.put(row.group(1) + ending, labels));
            }
        }
        return listed;
    }

    private static JsonArray panels() throws IOException {
        return JsonParser.parseString(read("refractium-dashboard.json"))
                .getAsJsonObject()
                .getAsJsonArray("panels");
    }

    private static List<JsonObject> targets() throws IOException {
        List<JsonObject> targets = new ArrayList<>();
        for (JsonElement panel : panels()) {
            JsonArray own = panel.getAsJsonObject().getAsJsonArray("targets");
            if (own != null) {
                own.forEach(target -> targets.add(target.getAsJsonObject()));
            }
        }
        return targets;
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).toList();
    }

    private static String read(String file) throws IOException {
        return Files.readString(MONITORING.resolve(file));
    }
}

package dev.millrace.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What Prometheus' own checks of the rules cannot know: whether what they speak of is there. */
class AlertRulesTests {
    private static final Path ROOT = Path.of("..");
    private static final Pattern METRIC = Pattern.compile("\\b(?:millrace|resilience4j)_[a-z0-9_]+");
    private static final Pattern METER = Pattern.compile("\"(millrace\\.[a-z_.]+)\"");
    /** What Micrometer puts after a meter's name: its unit, and which of its figures it is. */
    private static final Pattern SUFFIX =
            Pattern.compile("(_(seconds|records|uploads|results|values|rows))?(_(total|bucket|count|sum|max))?");

    @Test
    void speaksOfMetersThatTheServicesHave() throws IOException {
        var meters = new TreeSet<String>(Set.of("resilience4j_circuitbreaker_state"));
        try (var files = Files.walk(ROOT, 12)) {
            for (Path file : files.filter(path -> path.toString().matches(".*/src/main/java/.*\\.java"))
                    .toList()) {
                METER.matcher(Files.readString(file))
                        .results()
                        .forEach(found -> meters.add(found.group(1).replace('.', '_')));
            }
        }

        var unknown = rules().stream()
                .flatMap(rule -> METRIC.matcher(rule.get("expr").asString()).results())
                .map(found -> found.group())
                .filter(metric -> meters.stream()
                        .noneMatch(meter -> metric.startsWith(meter)
                                && SUFFIX.matcher(metric.substring(meter.length()))
                                        .matches()))
                .collect(Collectors.toSet());

        assertThat(meters).hasSizeGreaterThan(30);
        assertThat(unknown).isEmpty();
    }

    @Test
    void namesThePartOfTheRunbookThatSaysWhatToDo() throws IOException {
        var parts = Files.readString(ROOT.resolve("docs/runbook.md"))
                .lines()
                .filter(line -> line.startsWith("## "))
                .map(line -> "docs/runbook.md#"
                        + line.substring(3)
                                .toLowerCase(Locale.ROOT)
                                .replaceAll("[^a-z0-9_ -]", "")
                                .replace(' ', '-'))
                .collect(Collectors.toSet());

        assertThat(rules()).hasSizeGreaterThan(20).allSatisfy(rule -> assertThat(
                        rule.at("/annotations/runbook").asString(""))
                .isIn(parts));
    }

    private static List<JsonNode> rules() throws IOException {
        var root = YAMLMapper.builder()
                .build()
                .readTree(Files.readString(ROOT.resolve("observability/prometheus/alerts.yaml")));
        return root.get("groups")
                .valueStream()
                .flatMap(group -> group.get("rules").valueStream())
                .toList();
    }
}

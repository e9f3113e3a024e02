package dev.millrace.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What can be measured. */
public enum Scenario {
    LATENCY("Answer and result times at 20, 50 and 70 % of capacity, and where the time goes", new LatencyScenario()),
    HOPS("Where the time between acceptance and result goes, at 20 uploads a second", new HopsScenario()),
    PIPELINE("The whole suite against its encoder in a bare loop", new PipelineScenario()),
    CACHE("A Zipf(1.0) stream with the cache off and on, and what repeated uploads cost", new CacheScenario()),
    OUTAGE("New texts without a cache, and with one whose Redis stands still or is gone", new OutageScenario()),
    OVERLOAD(
            "Three times the capacity: what is still done, what is refused, and whether memory stays flat",
            new OverloadScenario()),
    SKIP("How many expired uploads a second each stage skips, on one lane", new SkipScenario()),
    START("How long each service takes to be ready, with and without an AOT cache", new StartScenario()),
    WATCH(
            "Mails through a whole suite: alerts where nothing changed, and how soon one comes where something did",
            new WatchScenario()),
    DRIFT(
            "How often drift is called where there is none and found where it is: rows × shift × detector",
            new DriftScenario(3400)),
    TEXTS(
            "How often drift of real texts' embeddings is called where there is none and found where it is",
            new TextsScenario()),
    ENGINE(
            "The encoder alone: ours, batches in arrival order, one by one, the bare call",
            new EngineScenario("engine")),
    PRECISION("Each precision of the encoder at 16, 64 and 256 tokens a text", new EngineScenario("precision")),
    SOAK("Random shapes and model reloads: whether the encoder's memory stays flat", new EngineScenario("soak"));

    private final String description;
    private final Body body;

    /** How a scenario goes about it. */
    interface Body {
        Findings run(Suites suites, BenchSettings settings) throws Exception;
    }

    /** What a scenario found, with the settings of its own. */
    record Findings(Map<String, String> settings, List<Figure> figures, List<BenchReport.Track> timeline) {}

    Scenario(String description, Body body) {
        this.description = description;
        this.body = body;
    }

    /** As the command line names it. */
    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String description() {
        return description;
    }

    /** Measures. Takes minutes: about rounds × length × variants, and half a minute for each suite. */
    public BenchReport run(Suites suites, BenchSettings settings) throws Exception {
        return BenchReport.of(this, settings, () -> body.run(suites, settings));
    }
}

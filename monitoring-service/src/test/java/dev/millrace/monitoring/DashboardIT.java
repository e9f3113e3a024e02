package dev.millrace.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.TopicCatalog;
import dev.millrace.drift.profile.EmbeddingProfile;
import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SeriesProfile;
import dev.millrace.sandbox.BrokerCluster;
import dev.millrace.sandbox.Ports;
import dev.millrace.sandbox.TopicAdministration;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.DoubleSupplier;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.StaleElementReferenceException;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The page in a real browser, from a real service on a broker of its own. In order, since what passed once is shown from
 * then on.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DashboardIT {
    private static final Duration PATIENCE = Duration.ofSeconds(45);
    private static final int WIDE = 1360;
    private static final SplittableRandom RANDOM = new SplittableRandom(7);

    private static BrokerCluster broker;
    private static FakeCollector collector;
    private static ConfigurableApplicationContext service;
    private static Traffic traffic;
    private static Browser browser;
    private static Path models;
    private static String page;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        browser = new Browser();
        broker = BrokerCluster.start(folder.resolve("kafka"), List.of(Ports.free()));
        TopicAdministration.apply(broker.bootstrapServers(), TopicCatalog.load());
        collector = new FakeCollector();
        models = folder.resolve("models");
        double[] even = new SplittableRandom(1).doubles(2000).toArray();
        var embeddings = new HashMap<UUID, float[]>();
        for (int i = 0; i < 300; i++) {
            embeddings.put(new UUID(i, i), Traffic.embedding(RANDOM));
        }
        Repositories.write(
                models,
                new Profile(
                        List.of(SeriesProfile.of("links", even), SeriesProfile.of("words", even)),
                        EmbeddingProfile.of(embeddings)));
        page = "http://127.0.0.1:%d/".formatted(Ports.free());
        service = startService();
        traffic = new Traffic(broker.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        browser.close();
        traffic.close();
        service.close();
        collector.close();
        broker.stop();
    }

    private static ConfigurableApplicationContext startService() {
        return SpringApplication.run(
                MonitoringApplication.class,
                "--spring.kafka.bootstrap-servers=" + broker.bootstrapServers(),
                "--server.port=" + URI.create(page).getPort(),
                "--management.server.port=0",
                "--server.address=127.0.0.1",
                "--management.server.address=127.0.0.1",
                "--millrace.models.repository=" + models,
                "--millrace.monitoring.collector-url=" + collector.url(),
                "--millrace.monitoring.drift.window=2s",
                "--millrace.monitoring.drift.lateness=1s",
                "--millrace.monitoring.drift.minimum-rows=100",
                "--millrace.monitoring.lane.interval=200ms");
    }

    @Test
    @Order(1)
    void saysWhatToDoWhileNothingHasPassed() throws Exception {
        browser.open(page, WIDE, false);

        eventually(() -> {
            assertThat(browser.text("#status")).isEqualTo("No traffic yet");
            assertThat(browser.text("#notices")).contains("Send an upload");
            assertThat(browser.text("#results-body")).startsWith("No result since");
            assertThat(browser.text("#drift-body")).startsWith("No window is complete yet");
            assertThat(browser.texts("#lanes li")).hasSize(8);
            assertThat(browser.text("#data-body")).contains("No window is complete yet");
            assertThat(browser.text("#quality-body")).contains("No upload has been scored yet");
        });
        assertFlawless("empty");
    }

    @Test
    @Order(2)
    void showsWhatPassesWithinASecond() throws Exception {
        browser.open(page, WIDE, false);
        eventually(() -> assertThat(browser.text("#status")).isEqualTo("No traffic yet"));

        var uploads = List.of(traffic.pass(0), traffic.pass(1), traffic.pass(2));

        eventually(() -> {
            assertThat(browser.text("#status")).isEqualTo("Live");
            assertThat(browser.texts("#results-body tbody tr")).hasSize(3);
            assertThat(browser.texts("#stages h3"))
                    .containsExactly("Collector", "Feature", "Inference", "Postprocessor");
            assertThat(browser.text("#stages li:nth-child(2)")).contains("Work", "10 / 10 ms", "Queued", "5 / 5 ms");
            assertThat(browser.text("#models")).contains("spam/2", "100 %", "3 results in all");
        });
        for (var upload : uploads) {
            String trace = browser.find("tr[data-id='%s'] td:last-child button".formatted(upload.id()))
                    .getAttribute("aria-label");
            assertThat(trace)
                    .isEqualTo("Copy trace id " + upload.id().toString().replace("-", ""));
        }
    }

    @Test
    @Order(3)
    void showsTheSharePassedFromTheCache() throws Exception {
        traffic.passFromCache(3);
        browser.open(page, WIDE, false);

        eventually(() -> assertThat(browser.text("#stages li:first-child"))
                .contains("Accepted\n4")
                .contains("Cache hits\n25.0 %"));
    }

    @Test
    @Order(4)
    void showsAnAlarmAndWhatChangedOnAPageThatIsOpen() throws Exception {
        browser.open(page, WIDE, false);
        sendUntil(RANDOM::nextDouble, 0, () -> assertThat(browser.text("#drift-body"))
                .contains("Nothing drifted"));
        assertThat(browser.texts(".notice[data-state=alarm]")).isEmpty();

        DoubleSupplier high = () -> 0.9 + 0.1 * RANDOM.nextDouble();
        sendUntil(high, 1.5f, () -> assertThat(browser.text(".notice[data-state=alarm]"))
                .contains("spam/2: uploads are not as in training")
                .contains("links higher than in training"));
        eventually(() -> {
            browser.find(".notice[data-state=alarm] a").click();
            assertThat(browser.text("#drift-body"))
                    .contains("of 3 series drifted")
                    .contains("Drifted: higher than in training")
                    .contains("Uploads that changed it most");
            assertThat(browser.texts(".examples li")).hasSize(10);
        });
        browser.run("document.querySelectorAll('details').forEach((one) => { one.open = true; }); return true");
        eventually(() -> assertThat(browser.text("#drift-body")).contains("0.0 %"));
        assertFlawless("alarm");
        // The first window of the alarm may have had few of these embeddings.
        browser.open(page, WIDE, false);
        sendUntil(high, 1.5f, () -> {
            browser.find("[data-key='series embedding']").click();
            assertThat(browser.text("#drift-body"))
                    .contains("A classifier that tells")
                    .contains("Drifted: unlike those of training");
            assertThat(browser.texts(".examples li")).hasSize(10);
        });
        browser.run("document.querySelectorAll('details').forEach((one) => { one.open = true; }); return true");
        eventually(() -> assertThat(browser.text("#drift-body")).contains("Share of what tells them apart"));
        assertFlawless("embedding");
    }

    @Test
    @Order(5)
    void namesWhatIsWrongWithTheDataOfAWindow() throws Exception {
        browser.open(page, WIDE, false);
        eventually(() -> assertThat(browser.text("#data-body")).contains("Nothing wrong that can be told"));

        sendUntil(() -> RANDOM.nextInt(2) == 0 ? Double.NaN : RANDOM.nextDouble(), 0, () -> {
            assertThat(browser.texts(".notice[data-state=alarm]")).anySatisfy(notice -> assertThat(notice)
                    .contains("spam/2: something is wrong with the data")
                    .contains("Values are missing"));
            assertThat(browser.text("#data-body")).contains("Values are missing", "in links");
        });
        assertFlawless("data-alarm");
    }

    @Test
    @Order(6)
    void showsHowOftenTheModelIsRightAndAnAlarmIfItIsNot() throws Exception {
        browser.open(page, WIDE, false);
        eventually(() -> assertThat(browser.text("#quality-body")).contains("No labels yet"));

        traffic.labels(200, 0);
        eventually(() -> assertThat(browser.text("#quality-body"))
                .contains("100.0 % right", "by 200 labels")
                .contains("By labels"));
        traffic.labels(200, 0.25);

        eventually(() -> {
            assertThat(browser.text("#quality-body")).contains("87.5 % right", "by 400 labels");
            assertThat(browser.texts(".share.bad")).hasSize(1);
            assertThat(browser.texts(".notice[data-state=alarm]")).anySatisfy(notice -> assertThat(notice)
                    .contains("spam/2: wrong more often than its scores say")
                    .contains("50 contradict the model"));
        });
        assertFlawless("labels");
    }

    @ParameterizedTest
    @Order(7)
    @CsvSource({"1360,false", "1360,true", "360,false", "360,true"})
    void isFlawlessAtAnyWidthInLightAndDark(int width, boolean dark) throws Exception {
        browser.open(page, width, dark);

        eventually(() -> {
            assertThat(browser.text("#status")).isEqualTo("Live");
            assertThat(browser.text("#drift-body")).contains("links");
            assertThat(browser.texts("#trends svg")).hasSize(3);
        });
        assertThat(browser.run("const { scrollWidth, clientWidth } = document.documentElement;"
                        + " return scrollWidth - clientWidth"))
                .as("pixels to scroll sideways")
                .isEqualTo(0L);
        assertFlawless(width + (dark ? "-dark" : "-light"));
    }

    @Test
    @Order(8)
    void loadsInLessThanASecond() {
        browser.open(page, WIDE, false);
        eventually(() -> assertThat(browser.texts("#stages li")).hasSize(4));

        // Whatever else the machine does: the least of a few.
        double fastest = Double.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            browser.open(page, WIDE, false);
            eventually(() -> assertThat(browser.texts("#stages li")).hasSize(4));
            var first =
                    (Number) browser.run("return performance.getEntriesByName('millrace-first-figures')[0].startTime");
            fastest = Math.min(fastest, first.doubleValue());
        }
        assertThat(fastest).as("milliseconds until figures are drawn").isLessThan(1000);
    }

    @Test
    @Order(9)
    void triesAPastedMail() throws Exception {
        browser.open(page, WIDE, false);
        eventually(() -> assertThat(browser.text("#try")).contains("Send it"));

        browser.find("#trial-text").sendKeys("Subject: Win\n\nNow!");
        assertThat(browser.text("#trial-kind")).startsWith("Goes as an e-mail");
        browser.find("#trial .primary").click();

        eventually(() -> assertThat(browser.text("#trial-outcome"))
                .contains("spam score 0.997")
                .contains("spam/2, bf16")
                .contains("98 ms"));
        assertThat(collector.received()).contains("message/rfc822, wait=20: Subject: Win\n\nNow!");
        assertFlawless("try");
    }

    @Test
    @Order(10)
    void triesAFileByKeyboardAndSaysWhyItIsRefused(@TempDir Path folder) throws Exception {
        var mail = Files.writeString(folder.resolve("blank.eml"), " ");
        browser.open(page, 360, true);
        eventually(() -> assertThat(browser.text("#try")).contains("Send it"));

        browser.find("#trial-file").sendKeys(mail.toString());
        assertThat(browser.text("#trial .chip")).contains("blank.eml");
        browser.find("#trial .primary").sendKeys(Keys.ENTER);

        eventually(() -> assertThat(browser.text("#trial-outcome"))
                .contains("The content is empty")
                .contains("content: blank (expected: text)"));
        assertThat(browser.violations()).isEmpty();
        browser.keepAs("try-refused");
    }

    @Test
    @Order(11)
    void isUsedByKeyboardAlone() {
        browser.open(page, WIDE, false);
        eventually(() -> assertThat(browser.text("#drift-body")).contains("links"));
        var body = browser.find("body");
        String first = choice(0);
        String second = choice(1);

        body.sendKeys(Keys.TAB);
        assertThat(browser.run("return document.activeElement.textContent")).isEqualTo("Skip to the figures");
        browser.find(".skip").sendKeys(Keys.ENTER);
        assertThat(browser.run("return document.activeElement.id")).isEqualTo("main");
        browser.find(first).sendKeys(Keys.TAB);
        assertThat(browser.run("return document.activeElement.matches(\"%s\")".formatted(second)))
                .as("the next one has the focus")
                .isEqualTo(true);
        browser.find(second).sendKeys(Keys.SPACE);

        eventually(() -> {
            assertThat(browser.find(second).getAttribute("aria-pressed")).isEqualTo("true");
            assertThat(browser.find(first).getAttribute("aria-pressed")).isEqualTo("false");
            // Drawn anew, and yet where the reader was.
            assertThat(browser.run("return document.activeElement.matches(\"%s\")".formatted(second)))
                    .isEqualTo(true);
        });
    }

    @Test
    @Order(12)
    void saysThatTheConnectionIsLostAndGoesOnWhenItIsBack() throws Exception {
        browser.open(page, WIDE, false);
        eventually(() -> assertThat(browser.text("#status")).isEqualTo("Live"));
        var begin = Instant.now();

        service.close();

        assertThat(Duration.between(begin, Instant.now()))
                .as("a stop that does not wait for pages that listen")
                .isLessThan(Duration.ofSeconds(15));
        eventually(() -> {
            assertThat(browser.text("#status")).isEqualTo("Connection lost");
            assertThat(browser.text("#notices")).contains("The connection to the monitoring service is lost.");
        });
        assertThat(browser.texts("#results-body tbody tr"))
                .as("what was known stays")
                .isNotEmpty();
        assertThat(browser.violations()).isEmpty();
        browser.keepAs("lost");
        service = startService();
        traffic.pass(0);
        eventually(() -> {
            assertThat(browser.text("#status")).isEqualTo("Live");
            assertThat(browser.find("#main").getAttribute("class")).doesNotContain("stale");
        });
    }

    /** How to find the n-th series that can be chosen. */
    private static String choice(int n) {
        return "[data-key='%s']"
                .formatted(browser.run("return document.querySelectorAll('.choice')[%d].dataset.key".formatted(n)));
    }

    /** No mistake that a person or a program would find; the picture is kept to be looked at. */
    private static void assertFlawless(String name) throws Exception {
        assertThat(browser.violations()).as("axe-core").isEmpty();
        assertThat(browser.complaints()).as("console").isEmpty();
        assertThat(browser.requests())
                .as("requests")
                .isNotEmpty()
                .allMatch(url -> url.startsWith(page) || url.equals("about:blank"));
        browser.keepAs(name);
    }

    /** Sends rows, enough for any window, as long as the page does not say so. */
    private static void sendUntil(DoubleSupplier links, float shift, ThrowingRunnable assertion) {
        eventually(() -> {
            traffic.rows(links, shift, 200);
            assertion.run();
        });
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE)
                // The page is drawn anew while it is read.
                .ignoreExceptionsMatching(
                        e -> e instanceof StaleElementReferenceException || e instanceof NoSuchElementException)
                .untilAsserted(assertion);
    }
}

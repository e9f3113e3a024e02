package dev.millrace.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import tools.jackson.databind.json.JsonMapper;

/** A real Chromium without a window. */
final class Browser implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private final ChromeDriver driver;

    /** @throws AssertionError if there is no Chromium on this machine */
    Browser() {
        var options = new ChromeOptions();
        options.setBinary(locate("chromium", "chromium-browser").toFile());
        options.addArguments(
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage");
        var logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(locate("chromedriver").toFile())
                .build();
        driver = new ChromeDriver(service, options);
    }

    private static Path locate(String... names) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .flatMap(folder -> Stream.of(names).map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        "%s: not on the PATH (expected: Debian's chromium and chromium-driver, for tests of the page)"
                                .formatted(names[0])));
    }

    /** Opens a page as it looks at a width in pixels, in light or dark. What was logged before is forgotten. */
    void open(String url, int width, boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
        driver.get("about:blank");
        driver.manage().logs().get(LogType.BROWSER);
        driver.manage().logs().get(LogType.PERFORMANCE);
        driver.get(url);
    }

    WebElement find(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    List<String> texts(String selector) {
        return driver.findElements(By.cssSelector(selector)).stream()
                .map(WebElement::getText)
                .toList();
    }

    String text(String selector) {
        return find(selector).getText();
    }

    /** What a piece of JavaScript returns, which has to be something. */
    Object run(String script) {
        return Objects.requireNonNull(driver.executeScript(script), script);
    }

    /** What the console says of errors and warnings. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(entry -> entry.getMessage())
                .toList();
    }

    /** Every address that was asked for since the page was opened. */
    List<String> requests() {
        return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .map(entry -> JSON.readTree(entry.getMessage()).at("/message"))
                .filter(message -> message.at("/method").asString("").equals("Network.requestWillBeSent"))
                .map(message -> message.at("/params/request/url").asString(""))
                .toList();
    }

    /** What axe-core finds wrong for people who do not see or do not point, with where it is. */
    @SuppressWarnings("unchecked") // What the script below returns.
    List<String> violations() throws IOException {
        try (var source = Objects.requireNonNull(Browser.class.getResourceAsStream("/axe.min.js"), "axe.min.js")) {
            driver.executeScript(new String(source.readAllBytes(), UTF_8));
        }
        var found = (List<String>) driver.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                axe.run(document, { resultTypes: ["violations"] }).then(
                    ({ violations }) => done(violations.flatMap(({ id, help, nodes }) =>
                        nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html} ${failureSummary}`))),
                    (error) => done([`axe failed: ${error}`]));
                """);
        return List.copyOf(Objects.requireNonNull(found, "violations"));
    }

    /** Keeps the whole page as a picture under {@code target/screenshots}, to be looked at. */
    void keepAs(String name) throws IOException {
        var height = (Number) run("return document.documentElement.scrollHeight");
        var width = (Number) run("return innerWidth");
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        Files.createDirectories(SCREENSHOTS);
        Files.write(SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    }

    @Override
    public void close() {
        driver.quit();
    }
}

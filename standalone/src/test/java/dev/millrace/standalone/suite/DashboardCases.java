package dev.millrace.standalone.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** The dashboard of a suite. */
abstract class DashboardCases {
    abstract Suite suite();

    @Test
    void sendsWhatIsTriedOnItThroughAllServices() throws Exception {
        var request = HttpRequest.newBuilder(URI.create(suite().addresses().dashboard() + "api/try"))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "You won the lottery!!! Click here to claim your CASH prize."))
                .build();

        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"status\":\"SUCCEEDED\"", "\"label\":\"spam\"", "\"hops\":");
        }
    }
}

package dev.millrace.collector;

import static org.assertj.core.api.Assertions.assertThat;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleResponse;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;

/** {@code docs/openapi.yaml}: checks responses against it and keeps which of its operations and statuses came up. */
final class OpenApi {
    private static final Path FILE = Path.of("../docs/openapi.yaml");

    private final OpenAPI document;
    private final OpenApiInteractionValidator validator;
    private final Set<String> seen = new ConcurrentSkipListSet<>();

    OpenApi() {
        var options = new ParseOptions();
        options.setResolve(true);
        var parsed = new OpenAPIV3Parser().readLocation(FILE.toUri().toString(), null, options);
        assertThat(parsed.getMessages()).isEmpty();
        this.document = parsed.getOpenAPI();
        this.validator = OpenApiInteractionValidator.createFor(document).build();
    }

    /** Fails unless the response is as the document says for this operation. */
    void check(String method, String path, HttpResponse<String> response) {
        validate(method, path, response);
        seen.add(operation(method, path) + " " + response.statusCode());
    }

    /** Fails unless the response, of what is no operation in the document, has the form of its problems. */
    void checkProblem(HttpResponse<String> response) {
        assertThat(response.statusCode()).isGreaterThanOrEqualTo(400);
        validate("GET", "/v1/pipelines", response);
    }

    /** Keeps that a status came up in an exchange whose form the test itself has checked. */
    void sawByHand(String method, String path, int status) {
        seen.add(method + " " + path + " " + status);
    }

    private void validate(String method, String path, HttpResponse<String> response) {
        var checked = SimpleResponse.Builder.status(response.statusCode()).withBody(response.body());
        response.headers().map().forEach(checked::withHeader);
        var report = validator.validateResponse(path, Request.Method.valueOf(method), checked.build());
        assertThat(report.getMessages())
                .as("%s %s answered %d: %s", method, path, response.statusCode(), response.body())
                .isEmpty();
    }

    /** Every operation with each of its statuses, {@code default} left out, as {@code POST /v1/uploads 202}. */
    Set<String> documented() {
        var all = new TreeSet<String>();
        document.getPaths().forEach((path, item) -> item.readOperationsMap()
                .forEach((method, operation) -> operation.getResponses().keySet().stream()
                        .filter(status -> !status.equals("default"))
                        .forEach(status -> all.add("%s %s %s".formatted(method, path, status)))));
        return all;
    }

    Set<String> seen() {
        return Set.copyOf(seen);
    }

    private static String operation(String method, String path) {
        return method + " " + path.replaceFirst("^/v1/uploads/[^/]+", "/v1/uploads/{id}");
    }
}

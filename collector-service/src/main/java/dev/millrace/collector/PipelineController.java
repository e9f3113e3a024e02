package dev.millrace.collector;

import dev.millrace.pipeline.Pipeline;
import dev.millrace.pipeline.PipelineCatalog;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The API's list of pipelines, as {@code docs/openapi.yaml} describes it. */
@RestController
class PipelineController {
    private final Listing listing;

    PipelineController(PipelineCatalog pipelines, CollectorProperties properties) {
        this.listing = new Listing(
                properties.defaultPipeline(),
                pipelines.all().stream().map(Entry::of).toList());
    }

    record Listing(String defaultPipeline, List<Entry> pipelines) {}

    /** @param deadline ISO 8601 duration */
    record Entry(
            String name,
            String description,
            List<String> contentTypes,
            int maxContentBytes,
            String deadline,
            Model model,
            String positiveLabel,
            double threshold) {
        record Model(String name, String version) {}

        static Entry of(Pipeline pipeline) {
            return new Entry(
                    pipeline.name(),
                    pipeline.description(),
                    pipeline.contentTypes(),
                    pipeline.maxContentBytes(),
                    pipeline.deadline().toString(),
                    new Model(pipeline.model().name(), pipeline.model().version()),
                    pipeline.positiveLabel(),
                    pipeline.threshold());
        }
    }

    @GetMapping(path = "/v1/pipelines", produces = MediaType.APPLICATION_JSON_VALUE)
    Listing list() {
        return listing;
    }
}

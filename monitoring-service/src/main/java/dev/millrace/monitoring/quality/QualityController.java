package dev.millrace.monitoring.quality;

import dev.millrace.drift.quality.ModelFigures;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers with how well the models do. */
@RestController
class QualityController {
    private final QualityWatch quality;

    QualityController(QualityWatch quality) {
        this.quality = quality;
    }

    /**
     * How well the models do.
     *
     * @param models that labels came of
     * @param alerts the last of each
     * @param withoutLabels of the last windows of each model version, oldest first, by its scores alone
     */
    record Answer(List<Model> models, Collection<QualityDetected> alerts, Map<String, List<Estimate>> withoutLabels) {}

    record Model(String model, ModelFigures figures, Map<String, ModelFigures> slices, List<Block> blocks) {}

    @GetMapping("/api/quality")
    ResponseEntity<Answer> quality() {
        var models = quality.reports().stream()
                .map(report -> new Model(report.model(), report.figures(), report.slices(), report.blocks()))
                .toList();
        var answer = new Answer(models, quality.alerts(), quality.estimates());
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(answer);
    }
}

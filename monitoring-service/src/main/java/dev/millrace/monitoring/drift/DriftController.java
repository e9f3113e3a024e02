package dev.millrace.monitoring.drift;

import dev.millrace.drift.window.DriftReport;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers with what the windows say. */
@RestController
class DriftController {
    private final DriftWatch drift;

    DriftController(DriftWatch drift) {
        this.drift = drift;
    }

    /**
     * What the windows say.
     *
     * @param reports of the last windows of each model version, oldest first
     * @param alerts the last of each
     * @param withoutFigures versions without reports, and why
     */
    record Answer(
            Map<String, List<DriftReport>> reports,
            Collection<DriftDetected> alerts,
            Map<String, String> withoutFigures) {}

    @GetMapping("/api/drift")
    ResponseEntity<Answer> drift() {
        var answer = new Answer(drift.history(), drift.alerts(), drift.withoutFigures());
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(answer);
    }
}

package dev.millrace.monitoring.drift;

import dev.millrace.drift.window.DriftReport;
import dev.millrace.drift.window.Histogram;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

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
     * @param faultAlerts the last of each about its data
     * @param withoutFigures versions without reports, and why
     */
    record Answer(
            Map<String, List<DriftReport>> reports,
            Collection<DriftDetected> alerts,
            Collection<FaultsDetected> faultAlerts,
            Map<String, String> withoutFigures) {}

    @GetMapping("/api/drift")
    ResponseEntity<Answer> drift() {
        var answer = new Answer(drift.history(), drift.alerts(), drift.faultAlerts(), drift.withoutFigures());
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(answer);
    }

    /**
     * What a window counted beside its reference, in a few bins.
     *
     * @param model as in {@code spam/2}
     * @param start of the window
     */
    @GetMapping("/api/drift/histograms")
    ResponseEntity<List<Histogram>> histograms(@RequestParam String model, @RequestParam Instant start) {
        var found = drift.histograms(model, start)
                .orElseThrow(() -> new ResponseStatusException(
                        HttpStatus.NOT_FOUND,
                        "start: %s (expected: one of the last windows of this version, which api/drift names)"
                                .formatted(start)));
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(found);
    }
}

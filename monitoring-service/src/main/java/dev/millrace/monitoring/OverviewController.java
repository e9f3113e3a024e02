package dev.millrace.monitoring;

import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers with what {@code /api/events} sends, for whoever does not listen there. */
@RestController
class OverviewController {
    private final Observatory observatory;

    OverviewController(Observatory observatory) {
        this.observatory = observatory;
    }

    @GetMapping("/api/overview")
    ResponseEntity<Overview> overview() {
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(observatory.overview());
    }
}

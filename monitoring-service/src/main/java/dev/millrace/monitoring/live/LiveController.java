package dev.millrace.monitoring.live;

import java.io.IOException;
import java.util.List;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Answers what a page needs to stay up to date. */
@RestController
class LiveController {
    private static final long WITHOUT_END = 0;

    private final EventStream stream;
    private final Timeline timeline;

    LiveController(EventStream stream, Timeline timeline) {
        this.stream = stream;
        this.timeline = timeline;
    }

    /** Events {@code overview}, one a second, each with the body of {@code /api/overview}. */
    @GetMapping(path = "/api/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    ResponseEntity<SseEmitter> events() {
        var emitter = new SseEmitter(WITHOUT_END);
        var subscriber = stream.add(new EmitterSink(emitter));
        if (subscriber == null) {
            throw new ResponseStatusException(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "%d pages listen already, or the service stops (expected: fewer, millrace.monitoring.live.subscribers)"
                            .formatted(stream.size()));
        }
        emitter.onCompletion(subscriber::close);
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                // nginx would hold the events back.
                .header("X-Accel-Buffering", "no")
                .body(emitter);
    }

    /** Without events: nobody would read them, so their place would be taken for ever. */
    @RequestMapping(path = "/api/events", method = RequestMethod.HEAD, produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    ResponseEntity<Void> head() {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.TEXT_EVENT_STREAM)
                .build();
    }

    @GetMapping("/api/timeline")
    ResponseEntity<List<Timeline.Point>> timeline() {
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(timeline.points());
    }

    private record EmitterSink(SseEmitter emitter) implements Subscriber.Sink {
        @Override
        public void send(String event) throws IOException {
            emitter.send(SseEmitter.event().name("overview").data(event));
        }

        @Override
        public void close() {
            emitter.complete();
        }
    }
}

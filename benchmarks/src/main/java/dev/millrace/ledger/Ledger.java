package dev.millrace.ledger;

import dev.millrace.contract.Topics;
import dev.millrace.ledger.audit.Auditor;
import dev.millrace.ledger.audit.Evidence;
import dev.millrace.ledger.audit.JournalEntry;
import dev.millrace.ledger.audit.Verdict;
import dev.millrace.ledger.fault.Fault;
import dev.millrace.ledger.fault.FaultInjector;
import dev.millrace.ledger.fault.FaultPlan;
import dev.millrace.ledger.fault.FaultRecord;
import dev.millrace.ledger.fault.Part;
import dev.millrace.ledger.fault.SystemUnderTest;
import dev.millrace.ledger.load.Journal;
import dev.millrace.ledger.load.LoadGenerator;
import dev.millrace.ledger.load.LoadPlan;
import dev.millrace.ledger.load.RunClock;
import dev.millrace.ledger.load.Threads;
import dev.millrace.ledger.load.UploadApi;
import dev.millrace.ledger.report.FaultEffect;
import dev.millrace.ledger.report.Latency;
import dev.millrace.ledger.report.LedgerReport;
import dev.millrace.ledger.report.Machine;
import dev.millrace.ledger.report.Measurements;
import dev.millrace.ledger.report.Timeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** A run: uploads at a steady pace, faults between them, then the audit. */
public final class Ledger {
    private static final Duration SAMPLE = Duration.ofMillis(500);
    /** A second result of an upload would come right behind; results that are not on their way by then never come. */
    private static final Duration QUIET = Duration.ofSeconds(5);

    private static final int SECOND_LOOKS = 500;

    private final SystemUnderTest system;
    private final LedgerSettings settings;
    private final LedgerProgress progress;

    public Ledger(SystemUnderTest system, LedgerSettings settings, LedgerProgress progress) {
        this.system = system;
        this.settings = settings;
        this.progress = progress;
    }

    /** Runs and audits. The system is left running. */
    public LedgerReport run() throws InterruptedException, ExecutionException {
        var topics = new TopicReader(system.bootstrapServers());
        try (var api = new UploadApi(system.api())) {
            Double capacity =
                    settings.rate() != null ? null : new WarmUp(api, topics, settings.folder(), settings.seed()).run();
            var pace = Pace.of(settings, capacity);
            progress.note(pace.toString());
            return new Run(topics, api, pace).run();
        }
    }

    /** One run, after the warm-up. */
    private final class Run {
        private final TopicReader topics;
        private final UploadApi api;
        private final Pace pace;
        private final Map<TopicPartition, Long> resultsBegin;
        private final Map<TopicPartition, Long> uploadsBegin;
        private final Path book = settings.folder().resolve("journal.jsonl");
        private final Tally tally = new Tally();
        private final List<Measurements.Backlog> backlog = new ArrayList<>();
        private final LoadPlan plan;
        private final RunClock clock;
        private final FaultInjector injector;

        Run(TopicReader topics, UploadApi api, Pace pace) {
            this.topics = topics;
            this.api = api;
            this.pace = pace;
            resultsBegin = topics.ends(Topics.RESULTS);
            uploadsBegin = topics.ends(Topics.UPLOADS);
            plan = LoadPlan.of(settings.records(), pace.length(), settings.fresh(), settings.seed());
            var faults = FaultPlan.of(settings.chosenFaults(), pace.length(), LoadPlan.random(settings.seed()));
            clock = new RunClock();
            injector = new FaultInjector(
                    faults, system, clock, pace.length(), () -> tally.backlog() <= Math.max(5, pace.rate()));
        }

        LedgerReport run() throws InterruptedException, ExecutionException {
            try (var watcher = new ApiWatcher(api, clock, settings.patience());
                    var results = new ResultFollower(topics, resultsBegin, clock, (id, at) -> {
                        tally.answered(id);
                        watcher.watch(id, at);
                    })) {
                drive();
                awaitAnswers(results, watcher);
                lookAgain(results, watcher);
                results.close();
                var journal = Journal.read(book);
                var verdict = Auditor.audit(new Evidence(
                        journal,
                        results.seen(),
                        topics.read(resultsBegin, IsolationLevel.READ_COMMITTED, TopicReader::result),
                        topics.read(resultsBegin, IsolationLevel.READ_UNCOMMITTED, ConsumerRecord::offset)
                                .size(),
                        topics.read(uploadsBegin, IsolationLevel.READ_COMMITTED, TopicReader::upload),
                        watcher.views()));
                return report(verdict, measurements(journal, results));
            }
        }

        /** Sends the uploads and strikes the faults; returns when both are done. */
        private void drive() throws InterruptedException, ExecutionException {
            try (var journal = Journal.create(book);
                    var threads = Threads.pool("ledger-")) {
                var load = new LoadGenerator(
                        plan,
                        api,
                        journal,
                        clock,
                        "%016x".formatted(clock.beganAt().toEpochMilli()),
                        this::settled,
                        () -> system.failure().isPresent());
                var loading = threads.submit(() -> {
                    load.run();
                    return null;
                });
                var breaking = threads.submit(() -> {
                    injector.run();
                    return null;
                });
                while (!isDone(loading) || !isDone(breaking)) {
                    sample(load.sent());
                    Thread.sleep(SAMPLE);
                }
            }
        }

        private static boolean isDone(Future<?> work) throws InterruptedException, ExecutionException {
            if (!work.isDone()) {
                return false;
            }
            work.get();
            return true;
        }

        private void settled(JournalEntry entry) {
            if (entry.id() != null) {
                tally.accepted(entry.id());
            }
        }

        private void sample(int sent) {
            backlog.add(new Measurements.Backlog(clock.now(), tally.backlog()));
            progress.at(new LedgerProgress.Standing(
                    Duration.ofNanos(clock.now()),
                    pace.length(),
                    sent,
                    tally.accepted(),
                    tally.answered(),
                    tally.backlog(),
                    injector.current().map(Fault::title).orElse("")));
        }

        /** Until all is answered and nothing more comes, or nothing has come for a minute. */
        private void awaitAnswers(ResultFollower results, ApiWatcher watcher) throws InterruptedException {
            long lastChange = clock.now();
            int before = -1;
            while (true) {
                int now = tally.answered() + watcher.settled();
                if (now != before) {
                    before = now;
                    lastChange = clock.now();
                }
                boolean complete = tally.backlog() == 0
                        && watcher.settled() == results.arrivals().size();
                long patience = (complete ? QUIET : settings.patience().plus(QUIET)).toNanos();
                if (clock.now() - lastChange > patience
                        || (!complete && system.failure().isPresent())) {
                    return;
                }
                sample(plan.size());
                Thread.sleep(SAMPLE);
            }
        }

        /** After Redis was emptied, results of before must be there again. */
        private void lookAgain(ResultFollower results, ApiWatcher watcher) throws InterruptedException {
            long emptied = injector.records().stream()
                    .filter(fault -> fault.fault().equals(new Fault.Kill(Part.REDIS)))
                    .mapToLong(FaultRecord::begunAt)
                    .max()
                    .orElse(0);
            watcher.lookAgain(results.arrivals().entrySet().stream()
                    .filter(arrival -> arrival.getValue() < emptied)
                    .map(Map.Entry::getKey)
                    .limit(SECOND_LOOKS)
                    .toList());
        }

        private Measurements measurements(List<JournalEntry> journal, ResultFollower results) {
            var arrivals = results.arrivals();
            var answers = new ArrayList<Measurements.Answer>();
            for (var entry : journal) {
                if (entry.id() != null) {
                    Long arrivedAt = arrivals.get(entry.id());
                    answers.add(new Measurements.Answer(
                            entry.intendedAt(),
                            arrivedAt == null ? Measurements.NEVER : arrivedAt - entry.intendedAt()));
                }
            }
            return new Measurements(answers, backlog);
        }

        private LedgerReport report(Verdict verdict, Measurements measured) {
            long end = pace.length().toNanos();
            var effects = FaultEffect.of(injector.records(), measured, end);
            return new LedgerReport(
                    clock.beganAt(),
                    settings.seed(),
                    settings.records(),
                    settings.fresh(),
                    end / 1e9,
                    pace.rate(),
                    pace.capacity(),
                    plan.texts(),
                    Machine.versions(settings.version()),
                    Machine.describe(),
                    settings.faults(),
                    verdict,
                    Latency.of(measured.latencies(0, Long.MAX_VALUE)),
                    Timeline.calm(measured, effects, end),
                    effects,
                    Timeline.of(measured, end),
                    system.failure().orElse(""));
        }
    }
}

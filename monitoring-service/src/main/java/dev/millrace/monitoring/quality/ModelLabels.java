package dev.millrace.monitoring.quality;

import dev.millrace.contract.FeedbackReceived;
import dev.millrace.drift.online.ChangeDetector;
import dev.millrace.drift.online.ChangeDetector.Change;
import dev.millrace.drift.quality.LabelBlock;
import dev.millrace.drift.quality.Labelled;
import dev.millrace.drift.quality.ModelFigures;
import dev.millrace.drift.quality.ScoreCalibration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The labels of one model version. Figures are of each upload's last label; blocks, and the online detector, take each upload
 * once, by its first, so that whoever corrects a label makes no change of the model. Not safe to share between threads.
 */
final class ModelLabels {
    /** Labels that are kept, the oldest go first: some 3 MB. */
    private static final int MOST = 20_000;

    private static final int BLOCKS = 50;

    private final SequencedMap<UUID, Row> last = new LinkedHashMap<>();
    private final List<Labelled> block = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();
    private final ChangeDetector errors = new ChangeDetector();
    private Change change = Change.NONE;
    private List<Labelled> lastBlock = List.of();

    /** What is kept of a label. Names are shared by many. */
    private record Row(String label, String pipeline, String precision, Labelled labelled) {
        static Row of(FeedbackReceived feedback) {
            return new Row(
                    feedback.label().intern(),
                    feedback.pipeline().intern(),
                    String.valueOf(feedback.model().precision()).intern(),
                    ModelLabels.labelled(feedback));
        }
    }

    /** Whether a label told something new. */
    enum Told {
        COUNTED,
        CHANGED,
        REPEATED
    }

    Told add(FeedbackReceived feedback, long offset) {
        var row = Row.of(feedback);
        var before = last.put(feedback.id(), row);
        if (before != null) {
            return before.label().equals(row.label()) ? Told.REPEATED : Told.CHANGED;
        }
        if (last.size() > MOST) {
            last.pollFirstEntry();
        }
        block.add(row.labelled());
        var now = errors.add(row.labelled().right() ? 0 : 1);
        change = now == Change.NONE ? change : now;
        if (block.size() == LabelBlock.SIZE) {
            blocks.add(new Block(offset, feedback.receivedAt(), LabelBlock.of(block), change));
            lastBlock = List.copyOf(block);
            block.clear();
            change = Change.NONE;
            if (blocks.size() > BLOCKS) {
                blocks.removeFirst();
            }
        }
        return Told.COUNTED;
    }

    /** The last blocks that are whole, oldest first. */
    List<Block> blocks() {
        return List.copyOf(blocks);
    }

    ModelFigures figures() {
        return ModelFigures.of(all());
    }

    /** By pipeline and by the model's precision, as {@code pipeline=spam}; nothing where there is one of either. */
    Map<String, ModelFigures> slices() {
        var slices = new TreeMap<String, ModelFigures>();
        slices.putAll(by("pipeline", Row::pipeline));
        slices.putAll(by("precision", Row::precision));
        return slices;
    }

    private Map<String, ModelFigures> by(String name, Function<Row, String> slice) {
        var groups = last.values().stream().collect(Collectors.groupingBy(slice));
        return groups.size() < 2
                ? Map.of()
                : groups.entrySet().stream()
                        .collect(Collectors.toMap(
                                one -> name + "=" + one.getKey(), one -> ModelFigures.of(labelled(one.getValue()))));
    }

    /** What the scores mean by all labels, or null if they are too few. */
    @Nullable
    ScoreCalibration calibration() {
        return calibration(all());
    }

    /**
     * Whether the last whole block contradicts what the scores meant by the labels before it; by the scores themselves if those
     * are too few.
     */
    boolean isContradicted() {
        var all = all();
        var before = calibration(all.subList(0, Math.max(0, all.size() - block.size() - lastBlock.size())));
        return !blocks.isEmpty()
                && (blocks.getLast().errors() == Change.UP
                        || (before == null
                                ? blocks.getLast().labels().contradicts()
                                : LabelBlock.of(lastBlock.stream()
                                                .map(before::read)
                                                .toList())
                                        .contradicts()));
    }

    private static @Nullable ScoreCalibration calibration(List<Labelled> labels) {
        try {
            return ScoreCalibration.fit(labels);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private List<Labelled> all() {
        return labelled(last.values());
    }

    private static List<Labelled> labelled(Collection<Row> rows) {
        return rows.stream().map(Row::labelled).toList();
    }

    private static Labelled labelled(FeedbackReceived feedback) {
        return new Labelled(
                feedback.score(),
                feedback.predicted().equals(feedback.positiveLabel()),
                feedback.label().equals(feedback.positiveLabel()),
                feedback.predicted().equals(feedback.label()));
    }
}

package dev.millrace.monitoring.quality;

import dev.millrace.contract.FeedbackReceived;
import dev.millrace.drift.online.ChangeDetector;
import dev.millrace.drift.online.ChangeDetector.Change;
import dev.millrace.drift.quality.LabelBlock;
import dev.millrace.drift.quality.Labelled;
import dev.millrace.drift.quality.ModelFigures;
import java.time.Instant;
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

/**
 * The labels of one model version. Figures are of each upload's last label; blocks, and the online detector, take each upload
 * once, by its first, so that whoever corrects a label makes no change of the model. Not safe to share between threads.
 */
final class ModelLabels {
    /** Labels that are kept, the oldest go first. */
    private static final int MOST = 20_000;

    private static final int BLOCKS = 50;

    private final SequencedMap<UUID, FeedbackReceived> last = new LinkedHashMap<>();
    private final List<Labelled> block = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();
    private final ChangeDetector errors = new ChangeDetector();
    private Change change = Change.NONE;

    /** Whether a label told something new. */
    enum Told {
        COUNTED,
        CHANGED,
        REPEATED
    }

    Told add(FeedbackReceived feedback, long offset) {
        var before = last.get(feedback.id());
        if (before != null) {
            last.put(feedback.id(), feedback);
            return before.label().equals(feedback.label()) ? Told.REPEATED : Told.CHANGED;
        }
        last.put(feedback.id(), feedback);
        if (last.size() > MOST) {
            last.pollFirstEntry();
        }
        var labelled = labelled(feedback);
        block.add(labelled);
        var now = errors.add(labelled.predicted() == labelled.positive() ? 0 : 1);
        change = now == Change.NONE ? change : now;
        if (block.size() == LabelBlock.SIZE) {
            blocks.add(new Block(offset, feedback.receivedAt(), LabelBlock.of(block), change));
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
        return figures(last.values());
    }

    /** By pipeline and by the model's precision, as {@code pipeline=spam}; nothing where there is one of either. */
    Map<String, ModelFigures> slices() {
        var slices = new TreeMap<String, ModelFigures>();
        slices.putAll(by("pipeline", FeedbackReceived::pipeline));
        slices.putAll(
                by("precision", feedback -> String.valueOf(feedback.model().precision())));
        return slices;
    }

    private Map<String, ModelFigures> by(String name, Function<FeedbackReceived, String> slice) {
        return last.values().stream()
                .collect(Collectors.groupingBy(feedback -> name + "=" + slice.apply(feedback)))
                .entrySet()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, one -> figures(one.getValue())));
    }

    /** All labels but those newer than {@code end}, which are to be judged by them. */
    List<Labelled> until(Instant end) {
        return last.values().stream()
                .filter(feedback -> !feedback.receivedAt().isAfter(end))
                .map(ModelLabels::labelled)
                .toList();
    }

    private static ModelFigures figures(Collection<FeedbackReceived> feedback) {
        return ModelFigures.of(feedback.stream().map(ModelLabels::labelled).toList());
    }

    private static Labelled labelled(FeedbackReceived feedback) {
        return new Labelled(
                feedback.score(),
                feedback.predicted().equals(feedback.positiveLabel()),
                feedback.label().equals(feedback.positiveLabel()));
    }
}

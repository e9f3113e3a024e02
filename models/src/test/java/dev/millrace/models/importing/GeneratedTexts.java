package dev.millrace.models.importing;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Texts of all lengths and scripts, the same for the same seed. */
final class GeneratedTexts {
    private static final List<String> WORDS = List.of(
            "the",
            "meeting",
            "is",
            "moved",
            "to",
            "Friday",
            "free",
            "offer",
            "$1,000,000",
            "click",
            "here",
            "unsubscribe",
            "antidisestablishmentarianism",
            "naïve",
            "Größe",
            "señor",
            "don't",
            "e-mail",
            "http://example.com/a?b=c",
            "???",
            "会议",
            "改期",
            "無料",
            "안녕하세요",
            "привет",
            "مرحبا",
            "😀",
            "👩‍👩‍👧",
            "🇩🇪",
            "zqxjkv",
            "[MASK]",
            "\t",
            "ﬁ",
            "½");

    private final RandomGenerator random;

    GeneratedTexts(RandomGenerator random) {
        this.random = random;
    }

    String ofWords(int count) {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(WORDS.get(random.nextInt(WORDS.size()))).append(random.nextInt(12) == 0 ? ".\n" : " ");
        }
        return text.toString();
    }

    /** The edge cases, then texts of 1 to about 600 tokens, most of them short. */
    List<String> take(int count) {
        var texts = new ArrayList<>(List.of(
                "",
                " ",
                "a",
                "你",
                "😀",
                "\u0000",
                "\uD800 half a pair",
                "…",
                "[PAD] [CLS] [SEP]",
                "会议".repeat(300),
                "word ".repeat(510),
                "word ".repeat(511),
                "over long ".repeat(2_000),
                "x".repeat(5_000),
                "!".repeat(700)));
        while (texts.size() < count) {
            double length = Math.pow(random.nextDouble(), 8) * 220;
            texts.add(ofWords(1 + (int) length));
        }
        return texts;
    }
}

package dev.millrace.ledger.load;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Makes texts of many kinds: notes and mails of 1 to 200 words, some in Chinese and Japanese, some with emoji. Short ones
 * are more frequent: the number of words is uniform on a logarithmic scale, its mean is 38. Not thread-safe.
 */
final class Texts {
    private static final int MAX_WORDS = 200;
    private static final List<String> WORDS = List.of(
            ("meeting tomorrow free offer report please review invoice winner click garden train delay money patch build"
                            + " server recipe lunch discount today guarantee family photos ticket budget draft limited"
                            + " amazing notes question answer weather holiday bridge river paper number green letter"
                            + " station music window account password update security bank doctor school kitchen")
                    .split(" "));
    private static final List<String> EAST_ASIAN =
            List.of("会議", "明日", "無料", "請求書", "列車", "お知らせ", "ありがとう", "报告", "免费", "优惠", "天气", "河流", "学校", "音乐", "窗户");
    private static final List<String> EMOJI = List.of("🎉", "💰", "👩‍🔬", "🚂", "❤️", "🇨🇭", "✅");

    private final RandomGenerator random;
    private final Set<Text> made = new HashSet<>();

    Texts(RandomGenerator random) {
        this.random = random;
    }

    /** A text that this object has not made before. */
    Text next() {
        while (true) {
            var text = random.nextInt(100) < 40 ? mail() : new Text(Text.PLAIN, words(count()));
            if (made.add(text)) {
                return text;
            }
        }
    }

    private Text mail() {
        return new Text(Text.MAIL, """
                From: sender%d@example.org
                To: reader@example.org
                Subject: %s
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: 8bit

                %s
                """.formatted(random.nextInt(1000), ascii(1 + random.nextInt(7)), words(count()))
                .replace("\n", "\r\n"));
    }

    private int count() {
        return (int) Math.round(Math.exp(random.nextDouble() * Math.log(MAX_WORDS)));
    }

    private String ascii(int count) {
        return join(WORDS, count, 0);
    }

    private String words(int count) {
        int kind = random.nextInt(100);
        return kind < 10 ? join(EAST_ASIAN, count, 5) : join(WORDS, count, kind < 25 ? 10 : 0);
    }

    /** @param emoji how many words in a hundred are followed by one */
    private String join(List<String> words, int count, int emoji) {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : i % 12 == 0 ? ".\n" : " ").append(pick(words));
            if (random.nextInt(100) < emoji) {
                text.append(' ').append(pick(EMOJI));
            }
        }
        // Without a number the shortest ones would soon be used up.
        return text.append(' ').append(random.nextInt(100_000)).toString();
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}

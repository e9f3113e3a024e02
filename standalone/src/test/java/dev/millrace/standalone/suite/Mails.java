package dev.millrace.standalone.suite;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Makes mails from a seed, of many lengths. */
final class Mails {
    private static final List<String> WORDS = List.of(
            "meeting",
            "tomorrow",
            "free",
            "offer",
            "report",
            "please",
            "review",
            "invoice",
            "winner",
            "click",
            "garden",
            "train",
            "delay",
            "money",
            "patch",
            "build",
            "server",
            "recipe",
            "lunch",
            "discount",
            "today",
            "guarantee",
            "family",
            "photos",
            "ticket",
            "budget",
            "draft",
            "limited",
            "amazing",
            "notes");

    private final RandomGenerator random;

    Mails(long seed) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /** Subject and body of a mail of 5 to 60 words. */
    record Text(String subject, String body) {}

    Text text() {
        return new Text(words(2 + random.nextInt(5)), words(5 + random.nextInt(56)));
    }

    /** A mail with the headers that any mail has. */
    static String plain(Text text) {
        return "From: a@example.org\r\nTo: b@example.org\r\nSubject: %s\r\n\r\n%s\r\n"
                .formatted(text.subject(), text.body());
    }

    /** The same mail with headers that say all manner of things. */
    String mutated(Text text) {
        var headers = new ArrayList<>(List.of(
                "From: winner" + random.nextInt(1000) + "@casino.example",
                "To: undisclosed-recipients:;",
                "Date: Mon, 0" + (1 + random.nextInt(9)) + " Jul 2002 10:00:00 +0200",
                "Message-ID: <" + random.nextLong() + "@example.net>",
                "X-Spam-Status: " + (random.nextBoolean() ? "Yes, hits=25.1" : "No, hits=-5.0"),
                "X-Spam-Flag: " + (random.nextBoolean() ? "YES" : "NO"),
                "List-Id: <list" + random.nextInt(50) + ".example.org>",
                "Precedence: bulk",
                "X-Mailer: The Bat!",
                "Received: from a.example (10.0.0." + random.nextInt(255) + ") by b.example",
                "Subject: " + text.subject()));
        for (int i = headers.size() - 1; i > 0; i--) {
            headers.add(random.nextInt(i), headers.remove(i));
        }
        return String.join("\r\n", headers) + "\r\n\r\n" + text.body() + "\r\n";
    }

    private String words(int count) {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : " ").append(WORDS.get(random.nextInt(WORDS.size())));
        }
        return text.toString();
    }
}

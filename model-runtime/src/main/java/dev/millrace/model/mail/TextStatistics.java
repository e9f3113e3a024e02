package dev.millrace.model.mail;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Counts over a text, taken in one pass over its characters and one over its lines. */
final class TextStatistics {
    /** Words that speak of something; each word belongs to one topic at most. */
    enum Topic {
        MONEY(
                "money cash dollar dollars income earn earnings profit profits price prices cost costs credit debt loan loans"
                        + " mortgage refinance rates bank account million billion investment invest investor stock fund funds"
                        + " payment paid pay bonus prize lottery winner refund inheritance transfer"),
        OFFER("free offer offers deal deals save savings discount sale buy order orders purchase shipping guarantee"
                + " guaranteed limited exclusive special cheap lowest bargain trial gift win bonuses subscribe risk"
                + " promotion"),
        URGENCY("now today urgent urgently immediately instant instantly hurry expires expire deadline act asap fast"
                + " quick quickly hours suspended verify confirm"),
        OPT_OUT("unsubscribe remove removed removal opt optout mailing unsolicited solicitation recipients spam"),
        CALL("click here visit call phone fax toll reply website site web"),
        VICE("sex sexy xxx adult porn nude hot girls viagra pills pill pharmacy prescription weight diet lose fat"
                + " casino gambling dating singles enlarge enlargement hgh herbal"),
        CONVERSATION("wrote thanks regards cheers think thought maybe actually perhaps problem question patch version"
                + " file files code server list install build release tried seems guess anyone someone meeting"
                + " yesterday tomorrow attached");

        private final Set<String> words;

        Topic(String words) {
            this.words = Set.of(words.split(" "));
        }
    }

    int length;
    int letters;
    int capitals;
    int digits;
    int nonAscii;
    int exclamations;
    int questions;
    int currencySigns;
    int words;
    int shoutedWords;
    int wordLetters;
    int lines;
    int quotedLines;
    int longestLine;
    private final Map<Topic, Integer> topics = new EnumMap<>(Topic.class);

    private TextStatistics() {}

    static TextStatistics of(String text) {
        var statistics = new TextStatistics();
        statistics.length = text.length();
        int wordStart = -1;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ' ';
            boolean letter = Character.isLetter(c);
            if (i < text.length()) {
                statistics.count(c, letter);
            }
            if (letter && wordStart < 0) {
                wordStart = i;
            } else if (!letter && wordStart >= 0) {
                statistics.word(text, wordStart, i);
                wordStart = -1;
            }
        }
        text.lines().filter(line -> !line.isBlank()).forEach(statistics::line);
        return statistics;
    }

    int topic(Topic topic) {
        return topics.getOrDefault(topic, 0);
    }

    /** {@code part / whole}, 0 where there is nothing to divide by. */
    static double share(int part, int whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    private void count(char c, boolean letter) {
        if (letter) {
            letters++;
            capitals += Character.isUpperCase(c) ? 1 : 0;
        } else if (Character.isDigit(c)) {
            digits++;
        } else {
            switch (c) {
                case '!' -> exclamations++;
                case '?' -> questions++;
                case '$', '£', '€', '¥' -> currencySigns++;
                default -> {}
            }
        }
        nonAscii += c > 127 ? 1 : 0;
    }

    private void word(String text, int start, int end) {
        words++;
        wordLetters += end - start;
        if (end - start > 24) {
            return;
        }
        String word = text.substring(start, end);
        boolean shouted = word.length() >= 3;
        for (int i = 0; shouted && i < word.length(); i++) {
            shouted = Character.isUpperCase(word.charAt(i));
        }
        shoutedWords += shouted ? 1 : 0;
        String plain = word.toLowerCase(Locale.ROOT);
        for (var topic : Topic.values()) {
            if (topic.words.contains(plain)) {
                topics.merge(topic, 1, Integer::sum);
            }
        }
    }

    private void line(String line) {
        lines++;
        longestLine = Math.max(longestLine, line.length());
        String start = line.stripLeading();
        quotedLines += start.startsWith(">") || start.startsWith("|") ? 1 : 0;
    }
}

package dev.millrace.bench.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Descriptions of Debian's packages, as {@code apt-cache dumpavail} prints them: paragraphs of fields, apart by empty lines.
 * Paragraphs of a {@code Translation-de} may be among them. Of a description the first line counts.
 *
 * @param texts name and description of each package that has a section, in the order of the file, none twice
 * @param german names and German descriptions
 * @param leftOut paragraphs of packages without a section or a description, or that came before
 */
public record Descriptions(List<TextLine> texts, List<TextLine> german, int leftOut) {
    private static final int LONGEST = 10_000;
    private static final String DESCRIPTION = "Description";
    private static final String GERMAN = "Description-de";
    private static final Set<String> FIELDS = Set.of("Package", "Section", DESCRIPTION, "Description-en", GERMAN);

    public Descriptions {
        texts = List.copyOf(texts);
        german = List.copyOf(german);
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read or is something else; the message names the file, the line and what is wrong
     */
    public static Descriptions read(Path file) throws IOException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IOException("%s: cannot be read (expected: what 'apt-cache dumpavail' prints)".formatted(file));
        }
        var reading = new Reading(file);
        try (var lines = Files.newBufferedReader(file)) {
            reading.read(lines);
        } catch (CharacterCodingException e) {
            throw new IOException("%s: not UTF-8 (expected: what 'apt-cache dumpavail' prints)".formatted(file), e);
        }
        return new Descriptions(reading.texts, reading.german, reading.leftOut);
    }

    private static final class Reading {
        private final Path file;
        private final List<TextLine> texts = new ArrayList<>();
        private final List<TextLine> german = new ArrayList<>();
        private final Set<String> known = new HashSet<>();
        private final Map<String, String> paragraph = new LinkedHashMap<>();
        private int leftOut;
        private int number;

        Reading(Path file) {
            this.file = file;
        }

        void read(BufferedReader lines) throws IOException {
            boolean inside = false;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isBlank()) {
                    end(inside);
                    inside = false;
                } else {
                    field(line, inside);
                    inside = true;
                }
            }
            end(inside);
        }

        private void field(String line, boolean inside) throws IOException {
            if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
                if (!inside) {
                    throw wrong("a paragraph that begins with a blank (expected: 'Field: value')");
                }
                return;
            }
            int colon = line.indexOf(':');
            if (colon < 1 || line.substring(0, colon).contains(" ")) {
                throw wrong("'%.60s' (expected: 'Field: value')".formatted(line));
            }
            String name = line.substring(0, colon);
            String value = line.substring(colon + 1).strip();
            if (name.startsWith(DESCRIPTION) && value.length() > LONGEST) {
                throw wrong(
                        "a description of %,d characters (expected: at most %,d)".formatted(value.length(), LONGEST));
            }
            if (FIELDS.contains(name) && paragraph.put(name, value) != null) {
                throw wrong("%s twice (expected: an empty line between packages)".formatted(name));
            }
        }

        private void end(boolean inside) throws IOException {
            if (!inside) {
                return;
            }
            String name = paragraph.getOrDefault("Package", "");
            if (name.isEmpty()) {
                throw wrong("a paragraph without Package ends here (expected: what 'apt-cache dumpavail' prints)");
            }
            String section = paragraph.getOrDefault("Section", "");
            String english = paragraph.getOrDefault(DESCRIPTION, paragraph.getOrDefault("Description-en", ""));
            String other = paragraph.getOrDefault(GERMAN, "");
            if (!other.isEmpty()) {
                german.add(text("de", name, other));
            } else if (section.isEmpty() || english.isEmpty() || !known.add(name)) {
                leftOut++;
            } else {
                // Of 'non-free/net' what comes last.
                texts.add(text(section.substring(section.lastIndexOf('/') + 1), name, english));
            }
            paragraph.clear();
        }

        private static TextLine text(String group, String name, String description) {
            return new TextLine(group, false, (name + ": " + description).replace('\t', ' '));
        }

        private IOException wrong(String what) {
            return new IOException("%s, line %d: %s".formatted(file, number, what));
        }
    }
}

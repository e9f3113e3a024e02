package dev.millrace.standalone;

import dev.millrace.standalone.suite.SuiteException;
import java.io.PrintStream;
import java.util.Locale;

/** Text for people: coloured on a terminal (unless {@code NO_COLOR} is set), plain elsewhere. Thread-safe. */
final class Console {
    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;
    private final boolean coloured;

    Console(PrintStream out, PrintStream err, boolean terminal, boolean coloured) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.coloured = coloured;
    }

    @SuppressWarnings("SystemOut") // This is where everything is printed.
    static Console standard() {
        var console = System.console();
        boolean terminal = console != null && console.isTerminal();
        return new Console(System.out, System.err, terminal, terminal && System.getenv("NO_COLOR") == null);
    }

    /** Whether a line may be written over. */
    boolean isTerminal() {
        return terminal;
    }

    void print(String line) {
        out.println(line);
    }

    void print(String format, Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments));
    }

    /** Writes over the current line, on a terminal. */
    void transientLine(String line) {
        if (terminal) {
            out.print("\r\033[K" + line);
            out.flush();
        }
    }

    void error(String message) {
        err.println(red("error: ") + message);
    }

    /** Says what is wrong and how to mend it. */
    void failure(SuiteException failure) {
        error(String.valueOf(failure.getMessage()));
        failure.evidence().forEach(line -> err.println(dim("  | ") + line));
        err.println(bold("mend:  ") + failure.mend());
    }

    @SuppressWarnings("PrintStackTrace") // A fault of ours: whoever reports it needs the trace.
    void fault(Exception failure) {
        error("a fault in Millrace, please report it: " + failure);
        failure.printStackTrace(err);
    }

    String bold(String text) {
        return paint("1", text);
    }

    String dim(String text) {
        return paint("2", text);
    }

    String red(String text) {
        return paint("31", text);
    }

    String green(String text) {
        return paint("32", text);
    }

    private String paint(String code, String text) {
        return coloured ? "\033[" + code + "m" + text + "\033[0m" : text;
    }
}

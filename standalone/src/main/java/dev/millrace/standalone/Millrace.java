package dev.millrace.standalone;

/** Entry point of the command line. */
public final class Millrace {
    private Millrace() {}

    public static void main(String[] arguments) {}
}

package dev.millrace.stage;

import static java.util.Objects.requireNonNull;

import dev.millrace.contract.ErrorCode;

/** What became of one input of a stage. That its deadline had passed is found before it gets there. */
public sealed interface Outcome<O> {
    /** The stage's work on the input. */
    record Value<O>(O value) implements Outcome<O> {
        public Value {
            requireNonNull(value, "value");
        }
    }

    /** The input can never be worked on. @param detail the value that is wrong and what was expected */
    record Failed<O>(ErrorCode code, String detail) implements Outcome<O> {
        public Failed {
            requireNonNull(code, "code");
            requireNonNull(detail, "detail");
        }
    }
}

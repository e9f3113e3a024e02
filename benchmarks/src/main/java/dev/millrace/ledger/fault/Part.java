package dev.millrace.ledger.fault;

import java.util.Locale;

/** A process of the system. */
public enum Part {
    COLLECTOR,
    FEATURE,
    INFERENCE,
    POSTPROCESSOR,
    MONITORING,
    BROKER,
    REDIS;

    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isService() {
        return this != BROKER && this != REDIS;
    }
}

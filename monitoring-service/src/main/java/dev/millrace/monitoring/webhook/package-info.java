/** Tells somebody else's HTTP server of alerts. */
@NullMarked
package dev.millrace.monitoring.webhook;

import org.jspecify.annotations.NullMarked;

/** What passes on the topics: records decoded, counted and timed. */
@NullMarked
package dev.millrace.monitoring.flow;

import org.jspecify.annotations.NullMarked;

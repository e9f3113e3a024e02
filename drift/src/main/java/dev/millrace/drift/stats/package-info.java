/** Two-sample tests and distances on counts, with defined answers where the textbooks have none. */
@NullMarked
package dev.millrace.drift.stats;

import org.jspecify.annotations.NullMarked;

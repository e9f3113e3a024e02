/** Measures the encoder alone, in a process of its own with the feature service's libraries and flags. */
@NullMarked
package dev.millrace.bench.engine;

import org.jspecify.annotations.NullMarked;

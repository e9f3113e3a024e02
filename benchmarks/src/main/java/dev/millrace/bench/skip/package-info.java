/** How fast the stages skip uploads that have expired. */
@NullMarked
package dev.millrace.bench.skip;

import org.jspecify.annotations.NullMarked;

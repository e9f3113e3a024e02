/** Fills the caches for a data set that is known beforehand. */
@NullMarked
package dev.millrace.standalone.precompute;

import org.jspecify.annotations.NullMarked;

/** The collector service: see the module's README. */
@NullMarked
package dev.millrace.collector;

import org.jspecify.annotations.NullMarked;

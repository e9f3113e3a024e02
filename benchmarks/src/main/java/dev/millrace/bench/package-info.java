/** Measures a suite of its own: open-loop load, variants in turn, medians with their spread. */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;

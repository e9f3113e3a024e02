/** How well a model does: figures from labels with their intervals, and an estimate without labels. */
@NullMarked
package dev.millrace.drift.quality;

import org.jspecify.annotations.NullMarked;

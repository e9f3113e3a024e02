/** How far live inputs and scores are from what a model was trained on. */
@NullMarked
package dev.millrace.monitoring.drift;

import org.jspecify.annotations.NullMarked;

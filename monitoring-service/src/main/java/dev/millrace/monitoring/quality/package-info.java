/** How well the models do, by what the uploads truly were. */
@NullMarked
package dev.millrace.monitoring.quality;

import org.jspecify.annotations.NullMarked;

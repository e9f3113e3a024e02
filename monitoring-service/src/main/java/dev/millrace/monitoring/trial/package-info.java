/** A way to try the pipeline from the page: hands what is pasted there to collector. */
@NullMarked
package dev.millrace.monitoring.trial;

import org.jspecify.annotations.NullMarked;

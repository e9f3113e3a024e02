/** How far the pipeline is behind, and which uploads are turned away for it. */
@NullMarked
package dev.millrace.collector.admission;

import org.jspecify.annotations.NullMarked;

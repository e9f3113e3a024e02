/** How often drift is called where there is none, and how often it is found where it is. */
@NullMarked
package dev.millrace.bench.drift;

import org.jspecify.annotations.NullMarked;

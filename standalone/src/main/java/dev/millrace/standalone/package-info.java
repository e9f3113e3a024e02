/** The command line behind {@code ./millrace}. */
@NullMarked
package dev.millrace.standalone;

import org.jspecify.annotations.NullMarked;

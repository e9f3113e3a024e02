/** The postprocessor service: see the module's README. */
@NullMarked
package dev.millrace.postprocessor;

import org.jspecify.annotations.NullMarked;

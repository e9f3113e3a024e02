/** The monitoring service: see the module's README. */
@NullMarked
package dev.millrace.monitoring;

import org.jspecify.annotations.NullMarked;

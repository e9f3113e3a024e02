/** Change detection record by record. */
@NullMarked
package dev.millrace.drift.online;

import org.jspecify.annotations.NullMarked;

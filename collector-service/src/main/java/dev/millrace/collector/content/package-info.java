/** Reads what apps post: bounded bodies, the JSON form, and the checks that content must pass before it is accepted. */
@NullMarked
package dev.millrace.collector.content;

import org.jspecify.annotations.NullMarked;

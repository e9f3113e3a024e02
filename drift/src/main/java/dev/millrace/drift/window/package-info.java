/** Windows of live traffic: what they count, how they merge, and what is said of them. */
@NullMarked
package dev.millrace.drift.window;

import org.jspecify.annotations.NullMarked;

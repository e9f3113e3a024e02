/** Content that is too large for a record: stored once, and passed on by reference and digest. */
@NullMarked
package dev.millrace.payload;

import org.jspecify.annotations.NullMarked;

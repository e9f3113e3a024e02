/** Dead letters: what could not be processed, why, and how to send it again. */
@NullMarked
package dev.millrace.standalone.letters;

import org.jspecify.annotations.NullMarked;

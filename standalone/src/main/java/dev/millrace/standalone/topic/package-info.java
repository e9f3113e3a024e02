/** What topics hold, read from outside of the suite. */
@NullMarked
package dev.millrace.standalone.topic;

import org.jspecify.annotations.NullMarked;

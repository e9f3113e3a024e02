/** The suite on one machine: which processes belong to it, where they listen, how they start and end. */
@NullMarked
package dev.millrace.standalone.suite;

import org.jspecify.annotations.NullMarked;

/** The inference service: see the module's README. */
@NullMarked
package dev.millrace.inference;

import org.jspecify.annotations.NullMarked;

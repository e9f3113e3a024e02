/** The feature service: see the module's README. */
@NullMarked
package dev.millrace.feature;

import org.jspecify.annotations.NullMarked;

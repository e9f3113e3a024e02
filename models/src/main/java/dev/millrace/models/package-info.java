/** Builds, trains and evaluates the default model repository. */
@NullMarked
package dev.millrace.models;

import org.jspecify.annotations.NullMarked;

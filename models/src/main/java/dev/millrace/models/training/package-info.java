/** Trains the classifier heads of the default model repository on the SpamAssassin corpus. */
@NullMarked
package dev.millrace.models.training;

import org.jspecify.annotations.NullMarked;

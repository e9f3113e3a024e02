/** Builds the default model repository from what Maven Central has: imports the encoder, adds the trained heads. */
@NullMarked
package dev.millrace.models.importing;

import org.jspecify.annotations.NullMarked;

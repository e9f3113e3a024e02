/** Two-sample tests of vectors: whether the embeddings of live texts are spread as those of the reference. */
@NullMarked
package dev.millrace.drift.embedding;

import org.jspecify.annotations.NullMarked;

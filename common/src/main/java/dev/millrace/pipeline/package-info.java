/** Which parser, encoder, features, model and threshold make a pipeline: {@code pipelines/*.yaml} of the model repository. */
@NullMarked
package dev.millrace.pipeline;

import org.jspecify.annotations.NullMarked;

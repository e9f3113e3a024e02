/** Opens a model repository and runs its models: text encoders and classifiers, on DJL. */
@NullMarked
package dev.millrace.model;

import org.jspecify.annotations.NullMarked;

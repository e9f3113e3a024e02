/** Says how good a classifier is: the labelled corpus, what the models answered on it, and the figures. */
@NullMarked
package dev.millrace.models.evaluation;

import org.jspecify.annotations.NullMarked;

/** The texts that measurements are made with. */
@NullMarked
package dev.millrace.bench.text;

import org.jspecify.annotations.NullMarked;

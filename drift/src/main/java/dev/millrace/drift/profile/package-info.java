/** What a model was trained on, in a form that windows of live traffic are compared with. */
@NullMarked
package dev.millrace.drift.profile;

import org.jspecify.annotations.NullMarked;

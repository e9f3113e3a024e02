/** Makes drift profiles of traffic or of rows in a file. */
@NullMarked
package dev.millrace.standalone.profile;

import org.jspecify.annotations.NullMarked;

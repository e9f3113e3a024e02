/** Writes TorchScript archives without Python: code text, tensors and the pickle that joins them. */
@NullMarked
package dev.millrace.models.torchscript;

import org.jspecify.annotations.NullMarked;

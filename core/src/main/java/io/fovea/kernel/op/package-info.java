/** One small interface for each operation, and the arguments of its calls. */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.op;

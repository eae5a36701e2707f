/** One small interface for each operation, and what its calls are handed. */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.op;

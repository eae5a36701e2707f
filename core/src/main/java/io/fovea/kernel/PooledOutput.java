package io.fovea.kernel;

import io.fovea.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Where a convolution leaves its output if only a ReLU and a max pooling behind it read it: y =
 * pool(max(convolution, 0)). The map between them is never written to memory.
 *
 * @param kernel the pooling
 * @param y the pooled output of all images
 * @param winners as {@link MaxPool2dKernel#forward} leaves them; where y is zero, any input of the
 *     window; null where no gradient will be asked for
 */
@SuppressWarnings("ArrayRecordComponent") // a place to write to, never compared
public record PooledOutput(ImageMaxPool2dKernel kernel, Tensor y, int @Nullable [] winners) {}

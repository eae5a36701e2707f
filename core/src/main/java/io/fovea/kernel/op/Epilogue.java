package io.fovea.kernel.op;

import io.fovea.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The operations that a kernel applies to its output while that is in a register or a cache
 * (oneDNN's post-ops), in this order: y = pool(f(z + residual)), where z is the output of the
 * kernel itself. The bits are those of the operations one after the other.
 *
 * @param residual the tensor that is added, of the output's shape; null for none
 * @param activation f; null for the identity
 * @param pooling the max pooling; null for none. Behind a {@link Activation.Relu} only: the map
 *     between them is never written to memory
 */
public record Epilogue(
    @Nullable Tensor residual, @Nullable Activation activation, @Nullable Pooling pooling) {
  /** No epilogue: y = z. */
  public static final Epilogue NONE = new Epilogue(null, null, null);

  /** y = max(z, 0). */
  public static final Epilogue RELU = of(new Activation.Relu());

  /** y = f(z). */
  public static Epilogue of(Activation activation) {
    return new Epilogue(null, activation, null);
  }

  /**
   * A max pooling at the end.
   *
   * @param kernel the pooling
   * @param winners as {@link MaxPool2dKernel#forward} leaves them; where y is zero, any input of
   *     the window; null where no gradient will be computed
   */
  @SuppressWarnings("ArrayRecordComponent") // a place to write to, never compared
  public record Pooling(ImageMaxPool2dKernel kernel, int @Nullable [] winners) {}

  /** The same with a max pooling at the end. */
  public Epilogue pooledBy(ImageMaxPool2dKernel kernel, int @Nullable [] winners) {
    return new Epilogue(residual, activation, new Pooling(kernel, winners));
  }

  /** Whether y = z. */
  public boolean isNone() {
    return residual == null && activation == null && pooling == null;
  }

  /**
   * The bounds that a kernel applies before it stores a sum; none if something comes before them.
   */
  public Clamp clamp() {
    Clamp clamp = residual == null ? Clamp.of(activation) : null;
    return clamp == null ? Clamp.NONE : clamp;
  }

  /** Whether the residual or the activation is left to do after {@link #clamp}. */
  public boolean hasMore() {
    return residual != null || Clamp.of(activation) == null;
  }

  /** Whether y = max(z, 0), pooled or not. */
  public boolean isRelu() {
    return residual == null && activation instanceof Activation.Relu;
  }
}

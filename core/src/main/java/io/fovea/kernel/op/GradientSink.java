package io.fovea.kernel.op;

/**
 * Receives a weight's gradient part by part, while each part is still in a cache. Parts do not
 * overlap and come from several threads at once.
 */
public interface GradientSink {
  /** Called once with the number of parts. */
  void begin(int parts);

  /**
   * Called once for each part before its {@link #accept}, with the same elements, whose weights do
   * not change until then. If the gradient of the input is needed, the kernel reads these weights
   * next. Read the weights here if you need them, so that they are in the cache for the kernel.
   *
   * @param part the number of the part
   * @param from the first element
   * @param to past the last element
   * @return whether all of them have been read
   */
  default boolean prefetch(int part, int from, int to) {
    return false;
  }

  /**
   * Receives one part: gradient[at + i] belongs to element from + i of the stored weight. The
   * calling kernel does not read those elements of the weight any more, so they may be changed.
   *
   * @param part the number of the part, in the order of the elements, from 0
   * @param from the first element
   * @param to past the last element
   */
  void accept(int part, float[] gradient, int at, int from, int to);
}

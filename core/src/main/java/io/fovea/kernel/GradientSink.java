package io.fovea.kernel;

/**
 * What becomes of a weight's gradient as soon as a part of it is there, while it still lies in a
 * cache. Parts do not overlap and come from several threads at once.
 */
public interface GradientSink {
  /** Tells how many parts will come. */
  void begin(int parts);

  /**
   * Comes once for each part before its {@link #accept}, with the same elements, whether or not the
   * gradient of the input is wanted; until then they stay as they are. Where it is, the kernel
   * reads them next. Read the weights here if you need them: they will be in a cache then.
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
   * Takes one part: gradient[at + i] belongs to element from + i of the stored weight. The kernel
   * that calls this reads those elements no more, so they may be changed.
   *
   * @param part the number of the part, in the order of the elements, from 0
   * @param from the first element
   * @param to past the last element
   */
  void accept(int part, float[] gradient, int at, int from, int to);
}

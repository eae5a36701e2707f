package io.fovea.train;

import io.fovea.random.RandomKey;
import java.util.Arrays;

/**
 * Images in k parts of equal shares of every class, for cross-validation: each part is judged by
 * what was trained on the others. Where one part alone judges, a share of the images is judged
 * once.
 */
public final class Folds {
  private final int[][] parts;
  private final int size;

  private Folds(int[][] parts, int size) {
    this.parts = parts;
    this.size = size;
  }

  /**
   * Deals the images of each class out in a random order, one to each part in turn.
   *
   * @param labels the class of each image
   * @param k parts, 2 or more
   */
  public static Folds of(int[] labels, int k, long seed) {
    int[] part = new int[labels.length];
    int[] sizes = new int[k];
    int classes = Arrays.stream(labels).max().orElse(-1) + 1;
    int next = 0;
    for (int c = 0; c < classes; c++) {
      int own = c;
      int[] members =
          java.util.stream.IntStream.range(0, labels.length)
              .filter(i -> labels[i] == own)
              .toArray();
      int[] order = RandomKey.of(seed).with("folds").with(c).permutation(members.length);
      for (int place : order) {
        part[members[place]] = next;
        sizes[next]++;
        next = (next + 1) % k; // going on where the last class ended keeps the parts equal
      }
    }
    int[][] parts = new int[k][];
    for (int p = 0; p < k; p++) {
      int own = p;
      parts[p] =
          java.util.stream.IntStream.range(0, labels.length).filter(i -> part[i] == own).toArray();
    }
    return new Folds(parts, labels.length);
  }

  /** The parts that judge. */
  public int count() {
    return parts.length;
  }

  /** The number of images in all parts that judge. */
  public int judged() {
    return Arrays.stream(parts).mapToInt(part -> part.length).sum();
  }

  /** The images of a part, ascending. */
  public int[] part(int fold) {
    return parts[fold].clone();
  }

  /** The first part alone judges. */
  public Folds single() {
    return new Folds(new int[][] {parts[0]}, size);
  }

  /** The images outside of a part. */
  public int[] rest(int fold) {
    boolean[] held = new boolean[size];
    for (int i : parts[fold]) {
      held[i] = true;
    }
    return java.util.stream.IntStream.range(0, size).filter(i -> !held[i]).toArray();
  }
}

package io.fovea.transfer.head;

import io.fovea.data.base.GroupedParts;
import io.fovea.random.RandomKey;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Images in k folds with equal shares of every class, for cross-validation: each fold is evaluated
 * by a model that was trained on the others. With a single fold, only that part of the images is
 * evaluated.
 */
public final class Folds {
  private final int[][] parts;
  private final int size;

  private Folds(int[][] parts, int size) {
    this.parts = parts;
    this.size = size;
  }

  /**
   * Distributes the images of each class in a random order, one to each fold in turn; images of
   * groups by {@link GroupedParts}.
   *
   * @param labels the class of each image
   * @param groups a number for the group of each image
   * @param k parts, 2 or more
   */
  public static Folds of(int[] labels, int[] groups, int k, long seed) {
    int count = (int) Arrays.stream(groups).distinct().count();
    int folds = Math.clamp(count, 2, k);
    double[] shares = new double[folds];
    Arrays.fill(shares, 1);
    // Without copies each photo is a group of its own, and classes are dealt in turn.
    int[] part =
        count == labels.length
            ? inTurn(labels, folds, seed)
            : GroupedParts.of(labels, groups, shares, RandomKey.of(seed).with("folds"));
    int[][] parts = new int[folds][];
    for (int p = 0; p < folds; p++) {
      int own = p;
      parts[p] = IntStream.range(0, labels.length).filter(i -> part[i] == own).toArray();
    }
    return new Folds(parts, labels.length);
  }

  private static int[] inTurn(int[] labels, int k, long seed) {
    int[] part = new int[labels.length];
    int classes = Arrays.stream(labels).max().orElse(-1) + 1;
    int next = 0;
    for (int c = 0; c < classes; c++) {
      int own = c;
      int[] members = IntStream.range(0, labels.length).filter(i -> labels[i] == own).toArray();
      int[] order = RandomKey.of(seed).with("folds").with(c).permutation(members.length);
      for (int place : order) {
        part[members[place]] = next;
        next = (next + 1) % k; // continuing where the last class ended keeps the folds equal
      }
    }
    return part;
  }

  public int count() {
    return parts.length;
  }

  public int[] part(int fold) {
    return parts[fold].clone();
  }

  /** Folds of which only the first is evaluated. */
  public Folds single() {
    return new Folds(new int[][] {parts[0]}, size);
  }

  /** The images outside a fold. */
  public int[] rest(int fold) {
    boolean[] held = new boolean[size];
    for (int i : parts[fold]) {
      held[i] = true;
    }
    return IntStream.range(0, size).filter(i -> !held[i]).toArray();
  }
}

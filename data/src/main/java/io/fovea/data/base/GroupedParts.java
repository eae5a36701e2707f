package io.fovea.data.base;

import io.fovea.dataset.Dataset;
import io.fovea.random.RandomKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Splits images into parts so that images of one group, such as the frames of a film or the photos
 * of a person, are in one part: a model that is judged on the others has not seen that film.
 */
public final class GroupedParts {
  private GroupedParts() {}

  /** Whether two images are of one {@linkplain Dataset#group group}. */
  public static boolean isGrouped(Dataset images) {
    return Arrays.stream(numbers(images)).distinct().count() < images.size();
  }

  /** A number for the group of each image, from 0; an image without a group has its own. */
  public static int[] numbers(Dataset images) {
    Map<String, Integer> known = new HashMap<>();
    int[] numbers = new int[images.size()];
    int next = 0;
    for (int i = 0; i < numbers.length; i++) {
      String group = images.group(i);
      Integer before = group.isEmpty() ? null : known.putIfAbsent(group, next);
      numbers[i] = before == null ? next++ : before;
    }
    return numbers;
  }

  /**
   * The part of each image. Groups are placed one after the other, large ones first and those of
   * one size in random order, each into the part that has the fewest images of the group's classes
   * for its share. So parts get about their shares of every class, as far as groups allow it.
   *
   * @param labels the class of each image
   * @param groups the number of each image's group, from 0
   * @param shares of each part, above 0; the first part of the largest share gets the first group
   *     of a class
   */
  public static int[] of(int[] labels, int[] groups, double[] shares, RandomKey key) {
    int count = Arrays.stream(groups).max().orElse(-1) + 1;
    int classes = Arrays.stream(labels).max().orElse(-1) + 1;
    int[] sizes = new int[count];
    Arrays.stream(groups).forEach(group -> sizes[group]++);
    int[] first = sizes.clone();
    Arrays.parallelPrefix(first, Integer::sum);
    int[] members = new int[labels.length]; // a count of classes a group would be groups x classes
    for (int i = labels.length - 1; i >= 0; i--) {
      members[--first[groups[i]]] = i;
    }
    int[] order =
        Arrays.stream(key.with("groups").permutation(count))
            .boxed()
            .sorted((a, b) -> Integer.compare(sizes[b], sizes[a]))
            .mapToInt(Integer::intValue)
            .toArray();
    Filling[] parts = new Filling[shares.length];
    Arrays.setAll(parts, p -> new Filling(shares[p], new int[classes]));
    int[] partOf = new int[count];
    int[] own = new int[classes];
    for (int group : order) {
      Arrays.fill(own, 0);
      for (int at = first[group]; at < first[group] + sizes[group]; at++) {
        own[labels[members[at]]]++;
      }
      int best = 0;
      for (int p = 1; p < parts.length; p++) {
        best = parts[p].isBetter(parts[best], own) ? p : best;
      }
      partOf[group] = best;
      for (int c = 0; c < classes; c++) {
        parts[best].counts[c] += own[c];
      }
    }
    return Arrays.stream(groups).map(group -> partOf[group]).toArray();
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Filling(double share, int[] counts) {
    boolean isBetter(Filling other, int[] group) {
      int byClasses = Double.compare(filled(group), other.filled(group));
      int byShare = byClasses == 0 ? Double.compare(other.share, share) : byClasses;
      int bySize = byShare == 0 ? Double.compare(total(), other.total()) : byShare;
      return bySize < 0;
    }

    private double filled(int[] group) {
      double sum = 0;
      for (int c = 0; c < group.length; c++) {
        sum += (double) group[c] * counts[c];
      }
      return sum / share;
    }

    private double total() {
      return Arrays.stream(counts).sum() / share;
    }
  }
}

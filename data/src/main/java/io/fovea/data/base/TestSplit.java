package io.fovea.data.base;

import io.fovea.dataset.Dataset;
import io.fovea.random.RandomKey;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Holds one tenth of the images out as test set, where a data set has none: one tenth of each
 * class, rounded, at least one of a class that has two images or more. The choice depends only on
 * the seed and the order of the images. Of grouped images, whole groups are held out.
 */
final class TestSplit {
  private static final int SHARE = 10;

  private TestSplit() {}

  /** The two parts, each in the order of the data set. */
  static DataSplit split(String name, Dataset whole, long seed) throws DataException {
    BitSet held = new BitSet(whole.size());
    RandomKey key = RandomKey.of(seed).with("hold-out");
    if (GroupedParts.isGrouped(whole)) {
      int[] labels = IntStream.range(0, whole.size()).map(whole::label).toArray();
      double[] shares = {SHARE - 1, 1};
      int[] parts = GroupedParts.of(labels, GroupedParts.numbers(whole), shares, key);
      IntStream.range(0, parts.length).filter(i -> parts[i] == 1).forEach(held::set);
      return split(name, whole, held, seed);
    }
    for (int c = 0; c < whole.classes().size(); c++) {
      int label = c;
      int[] members =
          IntStream.range(0, whole.size()).filter(i -> whole.label(i) == label).toArray();
      int share = members.length < 2 ? 0 : Math.max(1, Math.round((float) members.length / SHARE));
      int[] order = key.with(c).permutation(members.length);
      for (int i = 0; i < share; i++) {
        held.set(members[order[i]]);
      }
    }
    if (held.isEmpty()) {
      throw new DataException(
          "%s: has no test images, and no class has two images or more, so none can be held out; add images"
              .formatted(name));
    }
    return split(name, whole, held, seed);
  }

  private static DataSplit split(String name, Dataset whole, BitSet held, long seed) {
    BitSet kept = (BitSet) held.clone();
    kept.flip(0, whole.size());
    String note =
        "no test set of its own: one tenth held out as test set (%s of %s images, seed %s)"
            .formatted(held.cardinality(), whole.size(), seed);
    return new DataSplit(
        name,
        whole.select(kept.stream().toArray(), name + " train"),
        whole.select(held.stream().toArray(), name + " test"),
        note);
  }
}

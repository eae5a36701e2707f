package io.fovea.data.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.dataset.Dataset;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupedPartsTest {
  private static final RandomKey KEY = RandomKey.of(1);

  /** Images of two classes in turn, without pixels. */
  private record Labels(int size) implements Dataset {
    @Override
    public String name() {
      return "labels";
    }

    @Override
    public Shape shape() {
      return Shape.of(1, 1, 1);
    }

    @Override
    public List<String> classes() {
      return List.of("a", "b");
    }

    @Override
    public int label(int index) {
      return index % 2;
    }

    @Override
    public void pixels(int index, float[] destination, int offset) {
      destination[offset] = index;
    }
  }

  @Test
  void groups_imagesWithoutOne_haveTheirOwn() {
    Dataset images = new Labels(5).grouped(List.of("film", "", "film", "", "other"));
    assertThat(GroupedParts.numbers(images)).containsExactly(0, 1, 0, 2, 3);
    assertThat(GroupedParts.isGrouped(images)).isTrue();
    assertThat(images.group(1)).isEmpty();
    Dataset some = images.select(new int[] {4, 2, 1}, "some");
    assertThat(some.group(1)).isEqualTo("film");
    assertThat(GroupedParts.isGrouped(some)).isFalse();
    assertThat(GroupedParts.isGrouped(new Labels(5))).isFalse();
    assertThat(images.image(3).get(0, 0, 0)).isEqualTo(3);
  }

  @Test
  void of_shares_arePartsOfWholeGroupsWithAboutTheirShareOfEachClass() {
    int[] labels = new int[400];
    int[] groups = new int[400];
    for (int i = 0; i < 400; i++) {
      groups[i] = i / 8; // 50 groups of 8
      labels[i] = groups[i] % 5 == 0 ? 1 : 0;
    }
    int[] parts = GroupedParts.of(labels, groups, new double[] {0.8, 0.2}, KEY);
    for (int label = 0; label < 2; label++) {
      int own = label;
      int[] ofClass = IntStream.range(0, 400).filter(i -> labels[i] == own).toArray();
      double held = IntStream.of(ofClass).map(i -> parts[i]).average().orElseThrow();
      assertThat(held).isBetween(0.15, 0.25);
    }
    for (int i = 1; i < 400; i++) {
      assertThat(groups[i] != groups[i - 1] || parts[i] == parts[i - 1]).isTrue();
    }
    assertThat(GroupedParts.of(labels, groups, new double[] {0.8, 0.2}, KEY)).isEqualTo(parts);
    int[] others = GroupedParts.of(labels, groups, new double[] {0.8, 0.2}, RandomKey.of(2));
    assertThat(Arrays.equals(others, parts)).isFalse();
  }

  /** A count for each pair of group and class would take 2.5 GB, and this JVM has 2. */
  @Test
  void of_manyGroupsAndClasses_takesNoMemoryForEachPair() {
    int[] each = IntStream.range(0, 25_000).toArray();
    assertThat(GroupedParts.of(each, each, new double[] {1}, KEY)).containsOnly(0);
  }

  @Test
  void of_aClassInOneGroup_isInThePartOfTheLargestShare() {
    int[] labels = {0, 0, 0, 0, 1, 1, 2, 2, 2, 2};
    int[] groups = {0, 0, 1, 1, 2, 2, 3, 3, 4, 4};
    int[] parts = GroupedParts.of(labels, groups, new double[] {0.9, 0.1}, KEY);
    assertThat(parts[4]).isZero();
    assertThat(parts[0] + parts[2]).isEqualTo(1);
  }

  @Test
  void grouped_anotherNumberOfNames_isRefused() {
    assertThatThrownBy(() -> new Labels(3).grouped(List.of("a")))
        .hasMessage("labels: expects 3 groups, got 1; give an image without one an empty name");
  }
}

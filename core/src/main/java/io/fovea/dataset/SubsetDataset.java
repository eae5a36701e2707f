package io.fovea.dataset;

import io.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A data set of some images of another one, in a given order.
 *
 * @param groupNames the group of each image, empty for none; null for those of the other set
 * @param labels the classes of each image; null, for one or all, for those of the other set
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SubsetDataset(
    Dataset whole,
    int[] indices,
    String name,
    String @Nullable [] groupNames,
    int @Nullable [] @Nullable [] labels,
    boolean isMultiLabel)
    implements Dataset {
  SubsetDataset {
    indices = indices.clone();
    for (int index : indices) {
      Objects.checkIndex(index, whole.size());
    }
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public Shape shape() {
    return whole.shape();
  }

  @Override
  public List<String> classes() {
    return whole.classes();
  }

  @Override
  public int label(int index) {
    int[] own = labels == null ? null : labels[index];
    if (own == null) {
      return whole.label(indices[index]);
    }
    return own.length == 0 ? 0 : own[0];
  }

  @Override
  public void shares(int index, float[] destination, int offset) {
    int[] own = labels == null ? null : labels[index];
    if (own == null) {
      whole.shares(indices[index], destination, offset);
      return;
    }
    Arrays.fill(destination, offset, offset + classes().size(), 0);
    for (int k : own) {
      destination[offset + k] = 1;
    }
  }

  @Override
  public void pixels(int index, float[] destination, int offset) {
    whole.pixels(indices[index], destination, offset);
  }

  @Override
  public double[] summary(int index) {
    return whole.summary(indices[index]);
  }

  @Override
  public boolean isSlow() {
    return whole.isSlow();
  }

  @Override
  public Framing framing() {
    return whole.framing();
  }

  @Override
  public String group(int index) {
    return groupNames == null ? whole.group(indices[index]) : groupNames[index];
  }

  @Override
  public String origin(int index) {
    return whole.origin(indices[index]);
  }
}

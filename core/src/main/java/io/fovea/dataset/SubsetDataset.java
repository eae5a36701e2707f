package io.fovea.dataset;

import io.fovea.tensor.Shape;
import java.util.List;
import java.util.Objects;

/** A data set of some images of another one, in a given order. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SubsetDataset(Dataset whole, int[] indices, String name) implements Dataset {
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
    return whole.label(indices[index]);
  }

  @Override
  public void shares(int index, float[] destination, int offset) {
    whole.shares(indices[index], destination, offset);
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
  public String origin(int index) {
    return whole.origin(indices[index]);
  }
}

package io.fovea.spark.train;

import io.fovea.dataset.Dataset;
import io.fovea.tensor.Shape;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The images of a data set in serialisable form: a byte for each pixel if all are integers, else a
 * float.
 */
final class BroadcastDataset implements Dataset, Serializable {
  private static final long serialVersionUID = 1L;
  private static final float[] NO_FLOATS = {};
  private static final byte[] NO_BYTES = {};

  private final String name;
  private final int[] sizes;
  private final String[] classes;
  private final int[] labels;
  private final byte[][] bytes;
  private final float[][] floats;
  private final float[][] shares;
  private transient @Nullable Shape shape;

  private BroadcastDataset(Dataset data) {
    name = data.name();
    sizes = data.shape().sizes();
    classes = data.classes().toArray(new String[0]);
    labels = new int[data.size()];
    bytes = new byte[data.size()][];
    floats = new float[data.size()][];
    shares = new float[data.size()][];
    float[] pixels = new float[data.shape().elements()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = data.label(i);
      data.pixels(i, pixels, 0);
      carry(i, pixels);
      float[] own = new float[classes.length];
      data.shares(i, own, 0);
      shares[i] = isOne(own, labels[i]) ? NO_FLOATS : own;
    }
  }

  static BroadcastDataset of(Dataset data) {
    return new BroadcastDataset(data);
  }

  private void carry(int index, float[] pixels) {
    byte[] whole = new byte[pixels.length];
    for (int k = 0; k < pixels.length; k++) {
      whole[k] = (byte) (int) pixels[k];
      if ((whole[k] & 0xff) != pixels[k]) {
        floats[index] = pixels.clone();
        bytes[index] = NO_BYTES;
        return;
      }
    }
    bytes[index] = whole;
    floats[index] = NO_FLOATS;
  }

  private static boolean isOne(float[] shares, int label) {
    for (int k = 0; k < shares.length; k++) {
      if (shares[k] != (k == label ? 1 : 0)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public Shape shape() {
    Shape known = shape;
    if (known == null) {
      known = Shape.of(sizes);
      shape = known;
    }
    return known;
  }

  @Override
  public List<String> classes() {
    return List.of(classes);
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public void shares(int index, float[] destination, int offset) {
    if (shares[index].length == 0) {
      Dataset.super.shares(index, destination, offset);
    } else {
      System.arraycopy(shares[index], 0, destination, offset, classes.length);
    }
  }

  @Override
  public void pixels(int index, float[] destination, int offset) {
    byte[] own = bytes[index];
    if (own.length == 0) {
      System.arraycopy(floats[index], 0, destination, offset, floats[index].length);
      return;
    }
    for (int k = 0; k < own.length; k++) {
      destination[offset + k] = own[k] & 0xff;
    }
  }
}

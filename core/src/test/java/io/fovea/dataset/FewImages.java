package io.fovea.dataset;

import io.fovea.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/** A data set written down in a test: pixels channels-last, one array an image. */
public class FewImages implements Dataset {
  private final String name;
  private final Shape shape;
  private final int classes;
  private final int[] labels;
  private final float[][] pixels;

  public FewImages(String name, Shape shape, int classes, int[] labels, float[]... pixels) {
    this.name = name;
    this.shape = shape;
    this.classes = classes;
    this.labels = labels.clone();
    this.pixels = pixels.clone();
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
    return shape;
  }

  @Override
  public List<String> classes() {
    return IntStream.range(0, classes).mapToObj(k -> "class " + k).toList();
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public void pixels(int index, float[] destination, int offset) {
    System.arraycopy(pixels[index], 0, destination, offset, shape.elements());
  }
}

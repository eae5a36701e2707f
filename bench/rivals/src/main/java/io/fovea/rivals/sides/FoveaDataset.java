package io.fovea.rivals.sides;

import io.fovea.dataset.Dataset;
import io.fovea.rivals.measure.ImageSet;
import io.fovea.rivals.measure.MeasurementSettings;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The images as Fovea asks for them.
 *
 * @param images channels last
 */
record FoveaDataset(ImageSet images) implements Dataset {
  private static final List<String> CLASSES =
      IntStream.range(0, MeasurementSettings.CLASSES).mapToObj(Integer::toString).toList();

  @Override
  public String name() {
    return "rivals";
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public Shape shape() {
    return Shape.of(images.channels(), images.height(), images.width());
  }

  @Override
  public List<String> classes() {
    return CLASSES;
  }

  @Override
  public int label(int index) {
    return images.label(index);
  }

  @Override
  public void pixels(int index, float[] destination, int offset) {
    images.pixels(index, destination, offset);
  }
}

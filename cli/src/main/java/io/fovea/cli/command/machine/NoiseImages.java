package io.fovea.cli.command.machine;

import io.fovea.dataset.Dataset;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Seeded noise with random labels, for measuring speed, which does not depend on the pixels.
 *
 * @param size the number of images
 */
record NoiseImages(int size, Shape shape) implements Dataset {
  private static final RandomKey KEY = RandomKey.of(1).with("noise");
  private static final List<String> CLASSES =
      IntStream.range(0, 10).mapToObj(Integer::toString).toList();

  @Override
  public String name() {
    return "noise";
  }

  @Override
  public List<String> classes() {
    return CLASSES;
  }

  @Override
  public int label(int index) {
    return (int) (KEY.with(index).uniform(0) * 10);
  }

  @Override
  public void pixels(int index, float[] destination, int offset) {
    // A few kilobytes of noise, read from another offset for each image: new noise would cost more
    // than the network.
    int start = (int) (KEY.with(index).uniform(1) * NOISE.length);
    for (int i = 0; i < shape.elements(); i++) {
      destination[offset + i] = NOISE[(start + i) % NOISE.length];
    }
  }

  private static final float[] NOISE = noise();

  private static float[] noise() {
    float[] values = new float[4093];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.floor(KEY.uniform(i) * 256);
    }
    return values;
  }
}

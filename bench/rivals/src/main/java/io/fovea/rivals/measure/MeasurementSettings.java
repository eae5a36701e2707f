package io.fovea.rivals.measure;

import java.nio.file.Path;
import java.util.List;

/**
 * What one process measures: the arguments of every side, of torch_train.py too.
 *
 * @param action what is measured
 * @param network the name of an architecture, or of the ONNX file
 * @param batch images of a step or a call
 * @param data the folder with train-images and train-labels in IDX format, or the ONNX file
 * @param warmUpSeconds not measured before this time has passed
 * @param warmUpSteps nor before so many steps or calls
 * @param seconds measured at least so long
 */
public record MeasurementSettings(
    Action action,
    String network,
    int batch,
    Path data,
    double warmUpSeconds,
    int warmUpSteps,
    double seconds) {

  /** Of every side. */
  public static final int THREADS = 2;

  /** Images of a training step of networks of photos, unless something else is asked for. */
  public static final int PHOTOS = 16;

  /** Of the weights and of the images' order. */
  public static final long SEED = 42;

  /** Of SGD. */
  public static final float MOMENTUM = 0.9f;

  /** Weight decay, on weights but not on biases. */
  public static final float L2 = 1e-4f;

  /** The classes of all data sets here. */
  public static final int CLASSES = 10;

  /** The settings that a process was given. */
  public static MeasurementSettings of(String... arguments) {
    if (arguments.length != 7) {
      throw new IllegalArgumentException(
          "expected ACTION NETWORK BATCH DATA WARM-UP-SECONDS WARM-UP-STEPS SECONDS, got "
              + List.of(arguments));
    }
    return new MeasurementSettings(
        Action.named(arguments[0]),
        arguments[1],
        Integer.parseInt(arguments[2]),
        Path.of(arguments[3]),
        Double.parseDouble(arguments[4]),
        Integer.parseInt(arguments[5]),
        Double.parseDouble(arguments[6]));
  }

  /** The network that every side builds in its own words. */
  public Architecture architecture() {
    return Architecture.named(network);
  }

  public List<String> arguments() {
    return List.of(
        action.title(),
        network,
        Integer.toString(batch),
        data.toString(),
        Double.toString(warmUpSeconds),
        Integer.toString(warmUpSteps),
        Double.toString(seconds));
  }
}

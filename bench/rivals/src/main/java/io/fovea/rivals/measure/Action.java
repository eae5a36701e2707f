package io.fovea.rivals.measure;

import java.util.Locale;

/** What is measured. */
public enum Action {
  /** Training steps for some seconds: images a second. */
  TRAIN(64),
  /** Answers for one image at a time: microseconds. */
  LATENCY(1),
  /** Answers of a network that an ONNX file holds: milliseconds, images a second, memory. */
  ONNX(1),
  /** The same from the first answer of a process on: milliseconds, second by second. */
  COLD(1);

  private final int batch;

  Action(int batch) {
    this.batch = batch;
  }

  /** The images of a batch unless something else is asked for. */
  public int usualBatch() {
    return batch;
  }

  /** True where weights change. */
  public boolean trains() {
    return this == TRAIN;
  }

  /** The calls or steps that nobody measures at first, unless something else is asked for. */
  public int usualWarmUpSteps() {
    return readsFiles() ? 3 : 100;
  }

  /** True where the network is not one of {@link Architecture} but a file. */
  public boolean readsFiles() {
    return this == ONNX || this == COLD;
  }

  /** The name on the command line. */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Action named(String title) {
    for (Action action : values()) {
      if (action.title().equals(title)) {
        return action;
      }
    }
    throw new IllegalArgumentException(
        "action: expected train, latency, onnx or cold, got \"" + title + "\"");
  }
}

package io.fovea.rivals.compare;

import io.fovea.format.onnx.Onnx;
import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelSet;
import io.fovea.rivals.measure.Action;
import io.fovea.rivals.measure.MeasurementSettings;
import io.fovea.rivals.sides.DjlSide;
import io.fovea.rivals.sides.FoveaSide;
import io.fovea.rivals.sides.OnnxRuntimeSide;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The libraries, and how a process of each is started so that it does its best. */
enum Participant {
  FOVEA("Fovea"),
  DJL("DJL"),
  PYTORCH("PyTorch"),
  ONNXRUNTIME("ONNX Runtime");

  static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";
  private static final String VECTOR = " --add-modules jdk.incubator.vector";
  private static final String NATIVE = NATIVE_ACCESS + " -XX:+UseParallelGC ";

  private final String title;

  Participant(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  String option() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it has a part in a measurement; DJL has none in networks of photos. */
  boolean takesPart(MeasurementSettings settings) {
    Action action = settings.action();
    return switch (this) {
      case FOVEA -> true;
      case ONNXRUNTIME -> !action.trains();
      case PYTORCH -> action.trains();
      case DJL -> action.trains() && !settings.architecture().readsPhotos();
    };
  }

  /** What starts it for these settings, without them. */
  List<String> command(Installation installation, MeasurementSettings settings)
      throws UnableException {
    return switch (this) {
      case FOVEA -> java(installation, FoveaSide.class, foveaFlags(settings));
      case DJL ->
          java(
              installation,
              DjlSide.class,
              NATIVE
                  + "-Dai.djl.pytorch.num_threads=%d -Dai.djl.pytorch.num_interop_threads=1 -Dai.djl.offline=true"
                      .formatted(MeasurementSettings.THREADS),
              "-DDJL_CACHE_DIR=" + installation.cache("djl"));
      case PYTORCH -> installation.python("torch_train.py");
      // The vector module: this side asks Fovea for the answers that it must give.
      case ONNXRUNTIME -> java(installation, OnnxRuntimeSide.class, NATIVE + VECTOR);
    };
  }

  /** The flags of the launcher, fovea; those for a service (docs/production.md) to run a file. */
  private static String foveaFlags(MeasurementSettings settings) throws UnableException {
    String memory = "-Xmn48m";
    if (settings.action().readsFiles()) {
      memory =
          "-Xmn16m -Xms32m -Xmx%dm -XX:MinHeapFreeRatio=5 -XX:MaxHeapFreeRatio=10 -XX:-ShrinkHeapInSteps"
              .formatted(heap(settings));
    }
    return ("-XX:+UseSerialGC -XX:ObjectAlignmentInBytes=64 -XX:-UseFPUForSpilling"
            + " -XX:PerMethodTrapLimit=10000 %s -XX:+UseTransparentHugePages%s")
        .formatted(memory, VECTOR);
  }

  /** The heap that {@code fovea summary FILE --batch N} prints; warming up computes batches. */
  private static long heap(MeasurementSettings settings) throws UnableException {
    try {
      return Classifier.memory(
              Onnx.read(settings.data()).graph(),
              MeasurementSettings.THREADS,
              KernelSet.VECTOR,
              settings.action() == Action.COLD ? Math.max(2, settings.batch()) : settings.batch())
          .heapMegabytes();
    } catch (IOException unreadable) {
      throw new UnableException("its heap: " + unreadable);
    }
  }

  /**
   * @param flags joined by spaces
   * @param more flags that may have spaces in them
   */
  private static List<String> java(
      Installation installation, Class<?> side, String flags, String... more) {
    List<String> all = new ArrayList<>(List.of(flags.strip().split(" +", -1)));
    all.addAll(List.of(more));
    return installation.java(side, all.toArray(String[]::new));
  }
}

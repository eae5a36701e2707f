package io.fovea.rivals.sides;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.fovea.format.onnx.Onnx;
import io.fovea.network.Network;
import io.fovea.rivals.measure.MeasurementSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** An ONNX file with one input and one output in ONNX Runtime, for batches of one size. */
final class RuntimeFile implements AutoCloseable {
  private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

  private final OrtSession session;
  private final String inputName;
  private final long[] inputShape;
  private final String outputName;
  private final long[] outputShape;

  private RuntimeFile(OrtSession session, int batch) throws OrtException {
    this.session = session;
    NodeInfo input = session.getInputInfo().values().iterator().next();
    NodeInfo output = session.getOutputInfo().values().iterator().next();
    this.inputName = input.getName();
    this.inputShape = shape(input, batch);
    this.outputName = output.getName();
    this.outputShape = shape(output, batch);
  }

  static RuntimeFile open(Path file, int batch) throws OrtException {
    try (OrtSession.SessionOptions options = options()) {
      return new RuntimeFile(ENVIRONMENT.createSession(file.toString(), options), batch);
    }
  }

  /**
   * A network of Fovea with a softmax at its end. The batch is fixed, which lets ONNX Runtime plan
   * its memory and its kernels beforehand.
   */
  static RuntimeFile of(Network network, int batch) throws IOException, OrtException {
    Path file = Files.createTempFile("rivals", ".onnx");
    try (OrtSession.SessionOptions options = options()) {
      Onnx.writeWithSoftmax(network, file);
      options.setSymbolicDimensionValue("N", batch);
      return new RuntimeFile(ENVIRONMENT.createSession(file.toString(), options), batch);
    } finally {
      Files.delete(file);
    }
  }

  /** All optimisations, on as many threads as everybody has. */
  private static OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(MeasurementSettings.THREADS);
    options.setInterOpNumThreads(1);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    return options;
  }

  /** The file's shape, with the batch where it leaves the first size open. */
  private static long[] shape(NodeInfo value, int batch) {
    long[] shape = ((TensorInfo) value.getInfo()).getShape().clone();
    if (shape[0] < 0) {
      shape[0] = batch;
    }
    for (long size : shape) {
      if (size < 0 || shape[0] != batch) {
        throw new IllegalArgumentException(
            "%s: expected a batch of %d and known sizes, got %s"
                .formatted(value.getName(), batch, value.getInfo()));
      }
    }
    return shape;
  }

  private static int floats(long[] shape) {
    long floats = 1;
    for (long size : shape) {
      floats *= size;
    }
    return Math.toIntExact(floats);
  }

  private static FloatBuffer memory(int floats) {
    return ByteBuffer.allocateDirect(floats * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  /** The numbers of a batch. */
  int inputFloats() {
    return floats(inputShape);
  }

  Map<String, OnnxTensor> input(float... values) throws OrtException {
    FloatBuffer memory = memory(values.length).put(values).flip();
    return Map.of(inputName, OnnxTensor.createTensor(ENVIRONMENT, memory, inputShape));
  }

  /** One of those who call: the session is for all, the native memory for answers its own. */
  Caller caller() throws OrtException {
    return new Caller();
  }

  /** Runs batches, each into the same memory. */
  final class Caller {
    private final FloatBuffer answers = memory(floats(outputShape));
    private final Map<String, OnnxTensor> outputs;

    private Caller() throws OrtException {
      outputs = Map.of(outputName, OnnxTensor.createTensor(ENVIRONMENT, answers, outputShape));
    }

    void run(Map<String, OnnxTensor> input) throws OrtException {
      session.run(input, outputs).close();
    }

    float[] answers() {
      float[] copy = new float[answers.capacity()];
      answers.get(0, copy);
      return copy;
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}

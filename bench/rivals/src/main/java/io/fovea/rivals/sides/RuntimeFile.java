package io.fovea.rivals.sides;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/**
 * An ONNX file with one input and one output in ONNX Runtime, for batches of one size. The output
 * is native memory that is used again and again.
 */
final class RuntimeFile implements AutoCloseable {
  private final OrtSession session;
  private final String inputName;
  private final long[] inputShape;
  private final FloatBuffer answers;
  private final Map<String, OnnxTensor> outputs;

  private RuntimeFile(OrtSession session, int batch) throws OrtException {
    this.session = session;
    NodeInfo input = session.getInputInfo().values().iterator().next();
    NodeInfo output = session.getOutputInfo().values().iterator().next();
    this.inputName = input.getName();
    this.inputShape = shape(input, batch);
    long[] outputShape = shape(output, batch);
    this.answers = OnnxRuntimeSide.memory(floats(outputShape));
    this.outputs =
        Map.of(
            output.getName(),
            OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), answers, outputShape));
  }

  /** Reads the file. */
  static RuntimeFile open(Path file, int batch) throws OrtException {
    try (OrtSession.SessionOptions options = OnnxRuntimeSide.options()) {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      return new RuntimeFile(environment.createSession(file.toString(), options), batch);
    }
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

  /** The numbers of a batch. */
  int inputFloats() {
    return floats(inputShape);
  }

  /** A batch in native memory. */
  Map<String, OnnxTensor> input(float... values) throws OrtException {
    FloatBuffer memory = OnnxRuntimeSide.memory(values.length).put(values).flip();
    return Map.of(
        inputName, OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), memory, inputShape));
  }

  /** Computes one batch. */
  void run(Map<String, OnnxTensor> input) throws OrtException {
    session.run(input, outputs).close();
  }

  /** What the last run computed. */
  float[] answers() {
    float[] copy = new float[answers.capacity()];
    answers.get(0, copy);
    return copy;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}

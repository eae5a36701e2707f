package io.fovea.serve;

import io.fovea.serve.v2.InferenceInput;
import io.fovea.serve.v2.InferenceReader;
import io.fovea.serve.v2.InferenceReply;
import io.fovea.serve.v2.InferenceRequest;
import io.fovea.tensor.Shape;

/** The readers of the server's JSON, for the fuzzer. */
public final class JsonBodies {
  public static final Shape SHAPE = Shape.of(1, 2, 3);

  private JsonBodies() {}

  /**
   * Reads a body of the Open Inference Protocol: JSON, and after the first line feed binary data.
   */
  public static void inference(byte[] body) {
    int header = 0;
    while (header < body.length && body[header] != '\n') {
      header++;
    }
    InferenceRequest request =
        InferenceReader.read(body, header, InferenceInput.IMAGES * SHAPE.elements());
    InferenceReply.requireOutputs(request);
    InferenceInput.of(request, body, header, SHAPE);
  }
}

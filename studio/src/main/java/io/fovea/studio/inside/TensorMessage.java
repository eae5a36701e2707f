package io.fovea.studio.inside;

import io.fovea.studio.web.Reply;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A message of named values and named float arrays: a length (4 bytes, little-endian), JSON of that
 * many bytes padded with spaces to a multiple of 4, then the floats of all arrays, little-endian.
 * The JSON has the values, and under {@code arrays} each array's name and length in order. A page
 * reads the floats by a Float32Array on the message, without parsing.
 */
public final class TensorMessage {
  public static final String TYPE = "application/octet-stream";

  private final Map<String, Object> facts = new LinkedHashMap<>();
  private final Map<String, float[]> arrays = new LinkedHashMap<>();

  record ArrayEntry(String name, int length) {}

  /** Adds a value that can be written as JSON. */
  public TensorMessage fact(String name, Object value) {
    facts.put(name, value);
    return this;
  }

  public TensorMessage array(String name, float[] values) {
    arrays.put(name, values);
    return this;
  }

  public byte[] bytes() {
    List<ArrayEntry> entries = new ArrayList<>();
    int floats = 0;
    for (Map.Entry<String, float[]> each : arrays.entrySet()) {
      entries.add(new ArrayEntry(each.getKey(), each.getValue().length));
      floats = Math.addExact(floats, each.getValue().length);
    }
    Map<String, Object> header = new LinkedHashMap<>(facts);
    header.put("arrays", entries);
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    json.writeBytes(Reply.JSON.writeValueAsBytes(header));
    while (json.size() % Float.BYTES != 0) {
      json.write(' ');
    }
    int length =
        Math.addExact(Integer.BYTES + json.size(), Math.multiplyExact(floats, Float.BYTES));
    ByteBuffer message = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    message.putInt(json.size()).put(json.toByteArray());
    for (float[] values : arrays.values()) {
      message.asFloatBuffer().put(values);
      message.position(message.position() + values.length * Float.BYTES);
    }
    return message.array();
  }
}

package io.fovea.format.onnx.graph;

import io.fovea.format.onnx.value.NdArray;
import java.util.List;

/** An attribute of a node, of the kinds that ONNX has for image networks. */
public sealed interface Attribute {
  record FloatValue(float value) implements Attribute {}

  record IntValue(long value) implements Attribute {}

  record StringValue(String value) implements Attribute {}

  record TensorValue(NdArray value) implements Attribute {}

  record Floats(List<Float> values) implements Attribute {
    public Floats {
      values = List.copyOf(values);
    }
  }

  record Ints(List<Long> values) implements Attribute {
    public Ints {
      values = List.copyOf(values);
    }
  }

  record Strings(List<String> values) implements Attribute {
    public Strings {
      values = List.copyOf(values);
    }
  }

  /**
   * An attribute of a kind that no supported operator has: the graphs in If and Loop, sparse
   * tensors, types, references to a function's attributes.
   */
  record Unread(String kind) implements Attribute {}

  static Attribute of(float value) {
    return new FloatValue(value);
  }

  static Attribute of(long value) {
    return new IntValue(value);
  }

  static Attribute of(String value) {
    return new StringValue(value);
  }

  static Attribute ints(long... values) {
    return new Ints(java.util.Arrays.stream(values).boxed().toList());
  }
}

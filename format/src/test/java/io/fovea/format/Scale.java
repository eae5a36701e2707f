package io.fovea.format;

import io.fovea.layer.Layer;
import io.fovea.layer.LayerContext;
import io.fovea.layer.Parameter;
import io.fovea.layer.Step;
import io.fovea.layer.Values;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A layer as a user would write one: y = factor * gain * x, with one trained gain. */
public record Scale(double factor, long power, boolean inverted, String note)
    implements Layer.Custom {
  static final String TYPE = "scale";

  static Scale of(Map<String, Object> attributes) {
    return new Scale(
        ((Number) attributes.getOrDefault("factor", 1)).doubleValue(),
        (Long) attributes.getOrDefault("power", 1L),
        (Boolean) attributes.getOrDefault("inverted", false),
        (String) attributes.getOrDefault("note", ""));
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Map<String, Object> attributes() {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("factor", factor);
    attributes.put("power", power);
    attributes.put("inverted", inverted);
    attributes.put("note", note);
    return attributes;
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return inputs.getFirst();
  }

  @Override
  public List<Parameter> parameters(List<Shape> inputs) {
    return List.of(new Parameter("gain", Shape.of(1), Parameter.Role.WEIGHT, 1, 1));
  }

  @Override
  public Step forward(List<Tensor> inputs, Values weights, LayerContext workspace) {
    throw new UnsupportedOperationException("not needed here");
  }
}

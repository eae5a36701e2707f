package io.fovea.layer;

import java.util.Arrays;
import java.util.stream.Stream;

/** Each activation with its usual parameters: a new one is tested without a line here. */
public final class UsualActivations {
  private UsualActivations() {}

  /** One of each class; {@link Clip} has no bounds. */
  public static Stream<ActivationLayer> all() {
    return Arrays.stream(ActivationLayer.class.getPermittedSubclasses())
        .map(UsualActivations::usual);
  }

  private static ActivationLayer usual(Class<?> layer) {
    try {
      return (ActivationLayer) layer.getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(layer + " needs a public constructor without parameters", e);
    }
  }
}

package io.fovea.format;

import io.fovea.layer.ActivationLayer;
import java.util.Arrays;
import java.util.stream.Stream;

/** Each activation with its usual parameters: a new one is tested without a line here. */
public final class EveryActivation {
  private EveryActivation() {}

  public static Stream<ActivationLayer> usual() {
    return Arrays.stream(ActivationLayer.class.getPermittedSubclasses())
        .map(
            layer -> {
              try {
                return (ActivationLayer) layer.getConstructor().newInstance();
              } catch (ReflectiveOperationException e) {
                throw new LinkageError(layer + " needs a public constructor without parameters", e);
              }
            });
  }
}

package io.fovea.layer;

/** The values of one layer's parameters, in the form in which its kernel stores them. */
@FunctionalInterface
public interface Values {
  /** The array of a parameter, by its name within the layer: not a copy. */
  float[] of(String parameter);

  /** For layers without parameters. */
  Values NONE =
      parameter -> {
        throw new IllegalArgumentException("layer: has no parameter named " + parameter);
      };
}

package io.fovea.layer;

/** The values of one layer's own parameters, in the form its kernel stores them in. */
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

import java.util.Arrays;
import java.util.Random;

/** A weight or a bias with its gradient and its velocity, of step 12. */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
final class Parameter {
  final float[] value;
  final float[] gradient;
  private final float[] velocity;

  Parameter(int length) {
    value = new float[length];
    gradient = new float[length];
    velocity = new float[length];
  }

  /** Normal, with He's deviation. */
  void randomize(Random random, int fanIn) {
    for (int k = 0; k < value.length; k++) {
      value[k] = (float) (Math.sqrt(2.0 / fanIn) * random.nextGaussian());
    }
  }

  /** v = momentum * v + dw + l2 * w; w -= rate * v; and dw is 0 for the next batch. */
  void update(float rate, float momentum, float l2) {
    for (int k = 0; k < value.length; k++) {
      velocity[k] = momentum * velocity[k] + (gradient[k] + l2 * value[k]);
      value[k] -= rate * velocity[k];
    }
    Arrays.fill(gradient, 0);
  }
}

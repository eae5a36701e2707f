import java.util.Random;

/**
 * The numbers of the JDK's {@link Random} from TeaVM's class library, whose own generator is
 * another one: {@code seed = seed * 0x5DEECE66D + 11}, in 48 bits, as the JDK documents it. The two
 * halves of 24 bits keep every product below 2^53, exact in a double: a long is slow in JavaScript.
 */
@SuppressWarnings({"DefaultPackage", "serial", "UnsynchronizedOverridesSynchronized"})
final class JdkRandom extends Random {
  private static final double HALF = 1 << 24;

  private double high;
  private double low;
  private double second; // of a pair of Gaussians
  private boolean hasSecond;

  JdkRandom(int seed) {
    high = ((seed >> 24) & 0xFFFFFF) ^ 0x5DE; // the seed is XORed with the multiplier
    low = (seed & 0xFFFFFF) ^ 0xECE66D;
  }

  @Override
  protected int next(int bits) {
    double product = low * 0xECE66D + 11;
    double carry = Math.floor(product / HALF);
    double upper = high * 0xECE66D + low * 0x5DE + carry;
    low = product - carry * HALF;
    high = upper - Math.floor(upper / HALF) * HALF;
    return ((int) high << 8 | (int) low >>> 16) >>> (32 - bits);
  }

  @Override
  public int nextInt(int bound) {
    int value = next(31);
    if ((bound & bound - 1) == 0) {
      return (int) (value * (double) bound / (1 << 30) / 2);
    }
    for (int u = value; u - (value = u % bound) + (bound - 1) < 0; ) {
      u = next(31);
    }
    return value;
  }

  @Override
  public double nextDouble() {
    return (next(26) * (double) (1 << 27) + next(27)) * 0x1.0p-53;
  }

  /** Marsaglia's polar method: two at a time. */
  @Override
  public double nextGaussian() {
    hasSecond = !hasSecond;
    if (!hasSecond) {
      return second;
    }
    double a;
    double b;
    double s;
    do {
      a = 2 * nextDouble() - 1;
      b = 2 * nextDouble() - 1;
      s = a * a + b * b;
    } while (s >= 1 || s == 0);
    double factor = StrictMath.sqrt(-2 * StrictMath.log(s) / s);
    second = b * factor;
    return a * factor;
  }
}

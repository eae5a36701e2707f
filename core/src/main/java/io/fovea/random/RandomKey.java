package io.fovea.random;

/**
 * Randomness by key instead of by sequence: every random number is a function of (seed, purpose,
 * epoch, index ...), so that it does not depend on the order of calls, on the number of threads, or
 * on where a run was interrupted.
 *
 * <p>A key is extended by {@link #with}; numbers are drawn by index. The mixing function is the
 * finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
 * OOPSLA 2014). Normal numbers come from the Box-Muller transform over {@link StrictMath}, so every
 * machine gets the same bits. Not for cryptography.
 */
public final class RandomKey {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  /** An odd number without pattern: the multiplier of PCG's 64-bit generators. */
  private static final long LEVEL = 0xd1342543de82ef95L;

  private final long state;

  private RandomKey(long state) {
    this.state = state;
  }

  /** The key of a seed. */
  public static RandomKey of(long seed) {
    return new RandomKey(mix(seed + GOLDEN_GAMMA));
  }

  /** A key for one purpose, such as "shuffle" or the name of a node. */
  public RandomKey with(String purpose) {
    long hash = 0xcbf29ce484222325L; // FNV-1a, 64 bit
    for (int i = 0; i < purpose.length(); i++) {
      hash = (hash ^ purpose.charAt(i)) * 0x100000001b3L;
    }
    return with(hash);
  }

  /** A key for one index: an epoch, a step, an image. */
  public RandomKey with(long index) {
    // The state is mixed once more than the index, so that (seed 1, index 2) is not (seed 2, index
    // 1).
    return new RandomKey(mix(mix(state ^ LEVEL) + mix(index + GOLDEN_GAMMA)));
  }

  /** 64 random bits for an index. */
  public long bits(long index) {
    return mix(state + GOLDEN_GAMMA * (index + 1));
  }

  /** A number in [0, 1), uniform, with 53 random bits. */
  public double uniform(long index) {
    return (bits(index) >>> 11) * 0x1.0p-53;
  }

  /** A number from 0 to bound - 1, uniform. */
  public int below(int bound, long index) {
    // bits * bound / 2^63, rounded down: no division, and a bias below bound / 2^63.
    return (int) Math.multiplyHigh(bits(index) >>> 1, 2L * bound);
  }

  /** A number of the normal distribution with mean 0 and deviation 1. */
  public double normal(long index) {
    double u = 1 - uniform(2 * index); // in (0, 1]: its logarithm is finite
    double angle = 2 * StrictMath.PI * uniform(2 * index + 1);
    return StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(angle);
  }

  /** The numbers 0 to n - 1 in random order, every order equally likely (Fisher and Yates). */
  public int[] permutation(int n) {
    // Inside out: the array is filled while it is shuffled.
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = below(i + 1, i);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }
}

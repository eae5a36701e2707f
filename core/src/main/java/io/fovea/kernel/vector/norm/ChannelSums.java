package io.fovea.kernel.vector.norm;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.vector.machine.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * Sums over rows of C floats each, one sum a channel. So that any number of channels fills full
 * vectors, several rows are read as one of {@code period} floats, the least common multiple of C
 * and L; their sums are folded at the end. Remaining rows are added one by one.
 *
 * <p>Four accumulators a vector hide the latency of the additions. The rows of a call are in the L1
 * cache, so a separate loop over them for each vector of channels is cheap.
 */
final class ChannelSums {
  private static final int L = Lanes.COUNT;

  private final int channels;
  private final int period;

  /** Sums over rows of {@code channels} channels. */
  ChannelSums(int channels) {
    this.channels = channels;
    int a = channels;
    int b = L;
    while (b != 0) {
      int rest = a % b;
      a = b;
      b = rest;
    }
    this.period = Math.multiplyExact(channels / a, L);
  }

  /** The least common multiple of channels and lanes. */
  int period() {
    return period;
  }

  /** Repeats the C floats at {@code at} until a period is full. */
  void repeat(float[] pattern, int at) {
    for (int i = at + channels; i < at + period; i++) {
      pattern[i] = pattern[i - channels];
    }
  }

  /**
   * sums[c] = the sum of x over the rows.
   *
   * @param work a period of floats to work in
   */
  void plain(float[] sums, int sumsAt, float[] x, int xAt, int rows, float[] work) {
    int whole = rows * channels / period * period;
    for (int v = 0; v < period; v += L) {
      FloatVector a = FloatVector.zero(SPECIES);
      FloatVector b = a;
      FloatVector c = a;
      FloatVector d = a;
      int i = v;
      for (; i + 3 * period < whole; i += 4 * period) {
        a = a.add(FloatVector.fromArray(SPECIES, x, xAt + i));
        b = b.add(FloatVector.fromArray(SPECIES, x, xAt + i + period));
        c = c.add(FloatVector.fromArray(SPECIES, x, xAt + i + 2 * period));
        d = d.add(FloatVector.fromArray(SPECIES, x, xAt + i + 3 * period));
      }
      for (; i < whole; i += period) {
        a = a.add(FloatVector.fromArray(SPECIES, x, xAt + i));
      }
      a.add(b).add(c.add(d)).intoArray(work, v);
    }
    fold(sums, sumsAt, work, 0);
    for (int i = whole, c = 0; i < rows * channels; i++) {
      sums[sumsAt + c] += x[xAt + i];
      c = c + 1 == channels ? 0 : c + 1;
    }
  }

  /**
   * sums[c] = the sum of d, sums[C + c] = that of d * d, d = x - centre.
   *
   * @param centres a period of centres, one a channel
   * @param work two periods of floats to work in
   */
  void centred(
      float[] sums, int sumsAt, float[] x, int xAt, int rows, float[] centres, float[] work) {
    int whole = rows * channels / period * period;
    for (int v = 0; v < period; v += L) {
      FloatVector centre = FloatVector.fromArray(SPECIES, centres, v);
      FloatVector a = FloatVector.zero(SPECIES);
      FloatVector b = a;
      FloatVector c = a;
      FloatVector d = a;
      FloatVector aa = a;
      FloatVector bb = a;
      FloatVector cc = a;
      FloatVector dd = a;
      int i = v;
      for (; i + 3 * period < whole; i += 4 * period) {
        FloatVector p = FloatVector.fromArray(SPECIES, x, xAt + i).sub(centre);
        FloatVector q = FloatVector.fromArray(SPECIES, x, xAt + i + period).sub(centre);
        FloatVector r = FloatVector.fromArray(SPECIES, x, xAt + i + 2 * period).sub(centre);
        FloatVector s = FloatVector.fromArray(SPECIES, x, xAt + i + 3 * period).sub(centre);
        a = a.add(p);
        b = b.add(q);
        c = c.add(r);
        d = d.add(s);
        aa = p.fma(p, aa);
        bb = q.fma(q, bb);
        cc = r.fma(r, cc);
        dd = s.fma(s, dd);
      }
      for (; i < whole; i += period) {
        FloatVector p = FloatVector.fromArray(SPECIES, x, xAt + i).sub(centre);
        a = a.add(p);
        aa = p.fma(p, aa);
      }
      a.add(b).add(c.add(d)).intoArray(work, v);
      aa.add(bb).add(cc.add(dd)).intoArray(work, period + v);
    }
    fold(sums, sumsAt, work, 0);
    fold(sums, sumsAt + channels, work, period);
    for (int i = whole, c = 0; i < rows * channels; i++) {
      float p = x[xAt + i] - centres[c];
      sums[sumsAt + c] += p;
      sums[sumsAt + channels + c] += p * p;
      c = c + 1 == channels ? 0 : c + 1;
    }
  }

  /**
   * sums[c] = the sum of dy, sums[C + c] = that of dy * (x - centre).
   *
   * @param centres a period of centres, one a channel
   * @param work two periods of floats to work in
   */
  void products(
      float[] sums,
      int sumsAt,
      float[] dy,
      int dyAt,
      float[] x,
      int xAt,
      int rows,
      float[] centres,
      float[] work) {
    int whole = rows * channels / period * period;
    for (int v = 0; v < period; v += L) {
      FloatVector centre = FloatVector.fromArray(SPECIES, centres, v);
      FloatVector a = FloatVector.zero(SPECIES);
      FloatVector b = a;
      FloatVector aa = a;
      FloatVector bb = a;
      int i = v;
      for (; i + period < whole; i += 2 * period) {
        FloatVector p = FloatVector.fromArray(SPECIES, dy, dyAt + i);
        FloatVector q = FloatVector.fromArray(SPECIES, dy, dyAt + i + period);
        a = a.add(p);
        b = b.add(q);
        aa = FloatVector.fromArray(SPECIES, x, xAt + i).sub(centre).fma(p, aa);
        bb = FloatVector.fromArray(SPECIES, x, xAt + i + period).sub(centre).fma(q, bb);
      }
      for (; i < whole; i += period) {
        FloatVector p = FloatVector.fromArray(SPECIES, dy, dyAt + i);
        a = a.add(p);
        aa = FloatVector.fromArray(SPECIES, x, xAt + i).sub(centre).fma(p, aa);
      }
      a.add(b).intoArray(work, v);
      aa.add(bb).intoArray(work, period + v);
    }
    fold(sums, sumsAt, work, 0);
    fold(sums, sumsAt + channels, work, period);
    for (int i = whole, c = 0; i < rows * channels; i++) {
      sums[sumsAt + c] += dy[dyAt + i];
      sums[sumsAt + channels + c] += dy[dyAt + i] * (x[xAt + i] - centres[c]);
      c = c + 1 == channels ? 0 : c + 1;
    }
  }

  /** sums[c] = the sum of a period's floats of channel c, in order. */
  private void fold(float[] sums, int sumsAt, float[] work, int workAt) {
    System.arraycopy(work, workAt, sums, sumsAt, channels);
    for (int i = channels; i < period; i += channels) {
      for (int c = 0; c < channels; c++) {
        sums[sumsAt + c] += work[workAt + i + c];
      }
    }
  }
}

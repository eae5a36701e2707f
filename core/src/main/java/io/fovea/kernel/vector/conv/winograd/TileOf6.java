package io.fovea.kernel.vector.conv.winograd;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.vector.machine.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Tiles of 6 for filters of 3 taps: F(4, 3) at the points 0, 1, -1, 2, -2 and infinity. */
final class TileOf6 implements TileTransform {
  @Override
  public int size() {
    return 6;
  }

  @Override
  public void input(
      float[] to, int t, int d, int toLine, float[] from, int f, int s, int fromLine, int lines) {
    FloatVector minus5 = FloatVector.broadcast(SPECIES, -5f);
    FloatVector four = FloatVector.broadcast(SPECIES, 4f);
    FloatVector two = FloatVector.broadcast(SPECIES, 2f);
    FloatVector minus4 = FloatVector.broadcast(SPECIES, -4f);
    for (int n = 0; n < lines; n++) {
      int in = f + n * fromLine;
      int out = t + n * toLine;
      FloatVector x0 = FloatVector.fromArray(SPECIES, from, in);
      FloatVector x1 = FloatVector.fromArray(SPECIES, from, in + s);
      FloatVector x2 = FloatVector.fromArray(SPECIES, from, in + 2 * s);
      FloatVector x3 = FloatVector.fromArray(SPECIES, from, in + 3 * s);
      FloatVector x4 = FloatVector.fromArray(SPECIES, from, in + 4 * s);
      FloatVector x5 = FloatVector.fromArray(SPECIES, from, in + 5 * s);
      FloatVector e1 = x2.fma(minus4, x4);
      FloatVector o1 = x1.fma(minus4, x3);
      FloatVector e2 = x4.sub(x2);
      FloatVector o2 = x3.sub(x1).mul(two);
      x0.fma(four, x2.fma(minus5, x4)).intoArray(to, out);
      e1.add(o1).intoArray(to, out + d);
      e1.sub(o1).intoArray(to, out + 2 * d);
      e2.add(o2).intoArray(to, out + 3 * d);
      e2.sub(o2).intoArray(to, out + 4 * d);
      x1.fma(four, x3.fma(minus5, x5)).intoArray(to, out + 5 * d);
    }
  }

  @Override
  public void inputRun(float[] to, int t, int d, float[] from, int f, int s, int length) {
    FloatVector minus5 = FloatVector.broadcast(SPECIES, -5f);
    FloatVector four = FloatVector.broadcast(SPECIES, 4f);
    FloatVector two = FloatVector.broadcast(SPECIES, 2f);
    FloatVector minus4 = FloatVector.broadcast(SPECIES, -4f);
    for (int q = 0; q < length; q += Lanes.COUNT) {
      int in = f + q;
      int out = t + q;
      FloatVector x0 = FloatVector.fromArray(SPECIES, from, in);
      FloatVector x1 = FloatVector.fromArray(SPECIES, from, in + s);
      FloatVector x2 = FloatVector.fromArray(SPECIES, from, in + 2 * s);
      FloatVector x3 = FloatVector.fromArray(SPECIES, from, in + 3 * s);
      FloatVector x4 = FloatVector.fromArray(SPECIES, from, in + 4 * s);
      FloatVector x5 = FloatVector.fromArray(SPECIES, from, in + 5 * s);
      FloatVector e1 = x2.fma(minus4, x4);
      FloatVector o1 = x1.fma(minus4, x3);
      FloatVector e2 = x4.sub(x2);
      FloatVector o2 = x3.sub(x1).mul(two);
      x0.fma(four, x2.fma(minus5, x4)).intoArray(to, out);
      e1.add(o1).intoArray(to, out + d);
      e1.sub(o1).intoArray(to, out + 2 * d);
      e2.add(o2).intoArray(to, out + 3 * d);
      e2.sub(o2).intoArray(to, out + 4 * d);
      x1.fma(four, x3.fma(minus5, x5)).intoArray(to, out + 5 * d);
    }
  }

  @Override
  public void inputAdjoint(
      float[] to, int t, int d, int toLine, float[] from, int f, int s, int fromLine, int lines) {
    FloatVector minus5 = FloatVector.broadcast(SPECIES, -5f);
    FloatVector four = FloatVector.broadcast(SPECIES, 4f);
    FloatVector two = FloatVector.broadcast(SPECIES, 2f);
    FloatVector minus4 = FloatVector.broadcast(SPECIES, -4f);
    FloatVector minus2 = FloatVector.broadcast(SPECIES, -2f);
    for (int n = 0; n < lines; n++) {
      int in = f + n * fromLine;
      int out = t + n * toLine;
      FloatVector v0 = FloatVector.fromArray(SPECIES, from, in);
      FloatVector v1 = FloatVector.fromArray(SPECIES, from, in + s);
      FloatVector v2 = FloatVector.fromArray(SPECIES, from, in + 2 * s);
      FloatVector v3 = FloatVector.fromArray(SPECIES, from, in + 3 * s);
      FloatVector v4 = FloatVector.fromArray(SPECIES, from, in + 4 * s);
      FloatVector v5 = FloatVector.fromArray(SPECIES, from, in + 5 * s);
      FloatVector s1 = v1.add(v2);
      FloatVector m1 = v1.sub(v2);
      FloatVector s2 = v3.add(v4);
      FloatVector m2 = v3.sub(v4);
      v0.mul(four).add(FloatVector.fromArray(SPECIES, to, out)).intoArray(to, out);
      v5.sub(m1)
          .fma(four, m2.mul(minus2))
          .add(FloatVector.fromArray(SPECIES, to, out + d))
          .intoArray(to, out + d);
      v0.fma(minus5, s1.fma(minus4, s2.neg())).intoArray(to, out + 2 * d);
      v5.fma(minus5, m2.fma(two, m1)).intoArray(to, out + 3 * d);
      v0.add(s1).add(s2).intoArray(to, out + 4 * d);
      v5.intoArray(to, out + 5 * d);
    }
  }

  @Override
  public void inputAdjointRun(float[] to, int t, int d, float[] from, int f, int s, int length) {
    FloatVector minus5 = FloatVector.broadcast(SPECIES, -5f);
    FloatVector four = FloatVector.broadcast(SPECIES, 4f);
    FloatVector two = FloatVector.broadcast(SPECIES, 2f);
    FloatVector minus4 = FloatVector.broadcast(SPECIES, -4f);
    FloatVector minus2 = FloatVector.broadcast(SPECIES, -2f);
    for (int q = 0; q < length; q += Lanes.COUNT) {
      int in = f + q;
      int out = t + q;
      FloatVector v0 = FloatVector.fromArray(SPECIES, from, in);
      FloatVector v1 = FloatVector.fromArray(SPECIES, from, in + s);
      FloatVector v2 = FloatVector.fromArray(SPECIES, from, in + 2 * s);
      FloatVector v3 = FloatVector.fromArray(SPECIES, from, in + 3 * s);
      FloatVector v4 = FloatVector.fromArray(SPECIES, from, in + 4 * s);
      FloatVector v5 = FloatVector.fromArray(SPECIES, from, in + 5 * s);
      FloatVector s1 = v1.add(v2);
      FloatVector m1 = v1.sub(v2);
      FloatVector s2 = v3.add(v4);
      FloatVector m2 = v3.sub(v4);
      v0.mul(four).add(FloatVector.fromArray(SPECIES, to, out)).intoArray(to, out);
      v5.sub(m1)
          .fma(four, m2.mul(minus2))
          .add(FloatVector.fromArray(SPECIES, to, out + d))
          .intoArray(to, out + d);
      v0.fma(minus5, s1.fma(minus4, s2.neg())).intoArray(to, out + 2 * d);
      v5.fma(minus5, m2.fma(two, m1)).intoArray(to, out + 3 * d);
      v0.add(s1).add(s2).intoArray(to, out + 4 * d);
      v5.intoArray(to, out + 5 * d);
    }
  }

  @Override
  public void output(
      float[] to, int t, int d, int toLine, float[] from, int f, int s, int fromLine, int lines) {
    FloatVector four = FloatVector.broadcast(SPECIES, 4f);
    FloatVector two = FloatVector.broadcast(SPECIES, 2f);
    FloatVector eight = FloatVector.broadcast(SPECIES, 8f);
    for (int n = 0; n < lines; n++) {
      int in = f + n * fromLine;
      int out = t + n * toLine;
      FloatVector v0 = FloatVector.fromArray(SPECIES, from, in);
      FloatVector v1 = FloatVector.fromArray(SPECIES, from, in + s);
      FloatVector v2 = FloatVector.fromArray(SPECIES, from, in + 2 * s);
      FloatVector v3 = FloatVector.fromArray(SPECIES, from, in + 3 * s);
      FloatVector v4 = FloatVector.fromArray(SPECIES, from, in + 4 * s);
      FloatVector v5 = FloatVector.fromArray(SPECIES, from, in + 5 * s);
      FloatVector s1 = v1.add(v2);
      FloatVector m1 = v1.sub(v2);
      FloatVector s2 = v3.add(v4);
      FloatVector m2 = v3.sub(v4);
      v0.add(s1).add(s2).intoArray(to, out);
      m2.fma(two, m1).intoArray(to, out + d);
      s2.fma(four, s1).intoArray(to, out + 2 * d);
      m2.fma(eight, m1.add(v5)).intoArray(to, out + 3 * d);
    }
  }

  @Override
  public void outputWithBias(
      float[] to,
      int t,
      int d,
      int toLine,
      float[] from,
      int f,
      int s,
      int fromLine,
      int lines,
      float[] bias,
      int biasAt,
      float least) {
    FloatVector four = FloatVector.broadcast(SPECIES, 4f);
    FloatVector two = FloatVector.broadcast(SPECIES, 2f);
    FloatVector eight = FloatVector.broadcast(SPECIES, 8f);
    FloatVector b = FloatVector.fromArray(SPECIES, bias, biasAt);
    FloatVector low = FloatVector.broadcast(SPECIES, least);
    for (int n = 0; n < lines; n++) {
      int in = f + n * fromLine;
      int out = t + n * toLine;
      FloatVector v0 = FloatVector.fromArray(SPECIES, from, in);
      FloatVector v1 = FloatVector.fromArray(SPECIES, from, in + s);
      FloatVector v2 = FloatVector.fromArray(SPECIES, from, in + 2 * s);
      FloatVector v3 = FloatVector.fromArray(SPECIES, from, in + 3 * s);
      FloatVector v4 = FloatVector.fromArray(SPECIES, from, in + 4 * s);
      FloatVector v5 = FloatVector.fromArray(SPECIES, from, in + 5 * s);
      FloatVector s1 = v1.add(v2);
      FloatVector m1 = v1.sub(v2);
      FloatVector s2 = v3.add(v4);
      FloatVector m2 = v3.sub(v4);
      FloatVector y0 = v0.add(s1).add(s2).add(b);
      y0.blend(low, y0.compare(VectorOperators.LE, low)).intoArray(to, out);
      FloatVector y1 = m2.fma(two, m1).add(b);
      y1.blend(low, y1.compare(VectorOperators.LE, low)).intoArray(to, out + d);
      FloatVector y2 = s2.fma(four, s1).add(b);
      y2.blend(low, y2.compare(VectorOperators.LE, low)).intoArray(to, out + 2 * d);
      FloatVector y3 = m2.fma(eight, m1.add(v5)).add(b);
      y3.blend(low, y3.compare(VectorOperators.LE, low)).intoArray(to, out + 3 * d);
    }
  }

  @Override
  public void outputAdjoint(
      float[] to, int t, int d, int toLine, float[] from, int f, int s, int fromLine, int lines) {
    FloatVector four = FloatVector.broadcast(SPECIES, 4f);
    FloatVector eight = FloatVector.broadcast(SPECIES, 8f);
    for (int n = 0; n < lines; n++) {
      int in = f + n * fromLine;
      int out = t + n * toLine;
      FloatVector y0 = FloatVector.fromArray(SPECIES, from, in);
      FloatVector y1 = FloatVector.fromArray(SPECIES, from, in + s);
      FloatVector y2 = FloatVector.fromArray(SPECIES, from, in + 2 * s);
      FloatVector y3 = FloatVector.fromArray(SPECIES, from, in + 3 * s);
      FloatVector e1 = y0.add(y2);
      FloatVector o1 = y1.add(y3);
      FloatVector e2 = y2.fma(four, y0);
      FloatVector o2 = y3.fma(eight, y1.add(y1));
      y0.intoArray(to, out);
      e1.add(o1).intoArray(to, out + d);
      e1.sub(o1).intoArray(to, out + 2 * d);
      e2.add(o2).intoArray(to, out + 3 * d);
      e2.sub(o2).intoArray(to, out + 4 * d);
      y3.intoArray(to, out + 5 * d);
    }
  }

  @Override
  public void outputAdjointRun(float[] to, int t, int d, float[] from, int f, int s, int length) {
    FloatVector four = FloatVector.broadcast(SPECIES, 4f);
    FloatVector eight = FloatVector.broadcast(SPECIES, 8f);
    for (int q = 0; q < length; q += Lanes.COUNT) {
      int in = f + q;
      int out = t + q;
      FloatVector y0 = FloatVector.fromArray(SPECIES, from, in);
      FloatVector y1 = FloatVector.fromArray(SPECIES, from, in + s);
      FloatVector y2 = FloatVector.fromArray(SPECIES, from, in + 2 * s);
      FloatVector y3 = FloatVector.fromArray(SPECIES, from, in + 3 * s);
      FloatVector e1 = y0.add(y2);
      FloatVector o1 = y1.add(y3);
      FloatVector e2 = y2.fma(four, y0);
      FloatVector o2 = y3.fma(eight, y1.add(y1));
      y0.intoArray(to, out);
      e1.add(o1).intoArray(to, out + d);
      e1.sub(o1).intoArray(to, out + 2 * d);
      e2.add(o2).intoArray(to, out + 3 * d);
      e2.sub(o2).intoArray(to, out + 4 * d);
      y3.intoArray(to, out + 5 * d);
    }
  }

  @Override
  public float[] filter() {
    float a = 1f / 6;
    float b = 1f / 24;
    return new float[] {
      0.25f, 0, 0, //
      -a, -a, -a, //
      -a, a, -a, //
      b, 2 * b, 4 * b, //
      b, -2 * b, 4 * b, //
      0, 0, 1
    };
  }
}
